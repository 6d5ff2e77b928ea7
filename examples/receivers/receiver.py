"""A receiver of webhooks in Python: takes the secret from SECRET and the port from PORT, verifies and prints each event.

pip install standardwebhooks
"""
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["SECRET"])
port = int(os.environ.get("PORT", "9000"))


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        if self.path != "/hooks":
            return self.answer(404)
        # The bytes that came: JSON that was read and written again has another signature.
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            event = webhook.verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            return self.answer(400)
        # Answer soon and do the work afterwards. An event may come twice: know it by its id.
        print(f'"{event["type"]}" "{event["id"]}"', flush=True)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        """Nothing: what is printed is the events."""


with ThreadingHTTPServer(("127.0.0.1", port), Receiver) as server:
    print(f"listening on {port}", flush=True)
    server.serve_forever()
