// A receiver of webhooks in TypeScript: takes the secret from SECRET and the port from PORT, verifies and prints each event.
// npm install standardwebhooks; Node 24 runs it as it is, for older ones compile it.
import { createServer, type IncomingMessage } from "node:http";
import { Webhook } from "standardwebhooks";

interface Event {
  id: string;
  type: string;
  data: Record<string, unknown>;
}

const { SECRET = "", PORT = "9000" } = process.env;
const webhook = new Webhook(SECRET);

/** The bytes that came: JSON that was read and written again has another signature. */
async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

const server = createServer(async (request, response) => {
  if (request.method !== "POST" || request.url !== "/hooks") return response.writeHead(404).end();
  let event: Event;
  try {
    event = webhook.verify(await read(request), request.headers as Record<string, string>) as Event;
  } catch {
    return response.writeHead(400).end();
  }
  // Answer soon and do the work afterwards. An event may come twice: know it by its id.
  console.log(`"${event.type}" "${event.id}"`);
  return response.writeHead(204).end();
});
server.listen(Number(PORT), "127.0.0.1", () => console.log(`listening on ${PORT}`));
