#!/usr/bin/env python3
"""Draws docs/pictures/demo.svg: runs the demo, pastes the lines that it prints, and draws what came, shortened.

    cargo build -p smartbot && python3 scripts/draw-demo.py target/debug/smartbot
"""
import html
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

COLUMNS, LINE, SIZE, MARGIN = 104, 18, 13, 18
PICTURE = Path(__file__).resolve().parent.parent / "docs/pictures/demo.svg"


def run_demo(program):
    """Everything that the demo printed, and what the pasted lines answered."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "printed")
        environment = {"PATH": os.environ["PATH"], "SMARTBOT_LISTEN": f"127.0.0.1:{port}", "SMARTBOT_DATA": f"{folder}/data"}
        with output.open("w") as printed:
            demo = subprocess.Popen([program, "demo"], stdout=printed, env=environment, cwd=folder)
            try:
                wait_for(output, "Webhooks appear below.")
                text = output.read_text()
                pasted = text.split("Paste this", 1)[1].split("What was said", 1)[0]
                lines = "\n".join(it[2:] for it in pasted.splitlines() if it.startswith("  "))
                answers = subprocess.run(["bash", "-c", lines], check=True, capture_output=True, text=True, env=environment)
                wait_for(output, "← session.ended")
            finally:
                demo.terminate()
                demo.wait()
        return (it.replace(port, "8360") for it in (output.read_text(), answers.stderr, answers.stdout))


def wait_for(path, text):
    until = time.monotonic() + 30
    while text not in path.read_text():
        if time.monotonic() > until:
            sys.exit(f"waited in vain for: {text}")
        time.sleep(0.05)


def answer_lines(answer):
    """What a bot says and waits for, out of an answer of the API."""
    for message in answer["messages"]:
        yield "json", json.dumps({"from": message["from"], "text": message["text"]}, ensure_ascii=False)
    awaiting = answer["awaiting"]
    yield "note", '… "awaiting": ' + (json.dumps({"kind": awaiting["kind"]}) if awaiting else "null") + ', "session": …'


def transcript(printed, started, answered):
    yield "typed", "$ make run"
    yield "plain", printed.splitlines()[0]
    yield "note", "…"
    yield "plain", ""
    yield "typed", "$ curl -s http://127.0.0.1:8360/api/v1/sessions -H 'Authorization: Bearer sbm_…' \\"
    yield "typed", """    -d '{"function_id":"InsuranceCheck","user":{"external_id":"p-17","fields":{"user_fname":"Ana"}}}'"""
    yield from answer_lines(json.loads(started))
    for typed, answer in re.findall(r"^> (.*)\n(\{.*\})$", answered, re.MULTILINE):
        yield "plain", ""
        yield "typed", f"""$ curl -s …/messages -d '{{"text":"{typed}"}}'"""
        yield from answer_lines(json.loads(answer))
    yield "plain", ""
    yield "note", "meanwhile, where the demo runs: the portal was asked, and hears, signed"
    for block in printed.split("\n← ")[1:]:
        head, body = block.split("\n", 1)
        kind, event, verdict = re.match(r"(\S+) (\S+) (.*)", head).groups()
        yield "event", f"← {kind} {event[:12]}… {verdict}"
        if kind == "box.reached":
            data = json.JSONDecoder().raw_decode(body)[0]
            user = {key: data["user"][key] for key in ("external_id", "fields", "flags")}
            variables = {key: value for key, value in data["variables"].items() if key != "insurance_consent"}
            yield "json", "    " + json.dumps({"user": user})
            yield "json", "    " + json.dumps({"variables": variables, "box_id": data["box_id"]})


def draw(lines):
    wrapped = []
    for kind, text in lines:
        parts = textwrap.wrap(text, COLUMNS, subsequent_indent="    ", replace_whitespace=False, drop_whitespace=False) or [""]
        wrapped.extend((kind, part) for part in parts)
    width, height = round(COLUMNS * SIZE * 0.602) + 2 * MARGIN, len(wrapped) * LINE + 2 * MARGIN
    yield f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">'
    yield "<title>A terminal: the demo is started, a bot answers over the API and uses an External API's answer, signed events arrive</title>"
    yield "<style>text{font:%dpx ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre;fill:#1f2328}" % SIZE
    yield ".typed{font-weight:bold;fill:#0a3069}.note{fill:#656d76}.event{font-weight:bold;fill:#116329}</style>"
    yield f'<rect width="{width}" height="{height}" rx="8" fill="#f9fafb" stroke="#d0d7de"/>'
    for number, (kind, text) in enumerate(wrapped):
        if text:
            y = MARGIN + number * LINE + SIZE
            yield f'<text class="{kind}" x="{MARGIN}" y="{y}" xml:space="preserve">{html.escape(text, quote=False)}</text>'
    yield "</svg>"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text("\n".join(draw(transcript(*run_demo(os.path.abspath(sys.argv[1]))))) + "\n")
    print(PICTURE)
