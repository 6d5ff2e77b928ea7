#!/usr/bin/env python3
"""Holds a running server to api/openapi.json: schemathesis makes requests out of the document, right ones and wrong ones, and checks
every answer. Starts the demo of the debug binary on a free port, once, and asks with tokens of both kinds.

    cargo build -p smartbot && python3 scripts/contract/run.py [--max-examples N] [--seed N] [more arguments of `st run`]
"""
import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or REPOSITORY / "target")
BINARY = TARGET / "debug/smartbot"

# A stream ends with its session, so whoever opens one here waits in vain; the tests of the API and of the SDK know it well.
ENDLESS = "stream_session"


def schemathesis():
    """The program, installed when it is not there or its requirements have changed."""
    folder = TARGET / "contract"
    wanted = HERE.joinpath("requirements.txt").read_text()
    stamp = folder / "installed"
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(folder, with_pip=True, clear=True)
        pip = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", HERE / "requirements.txt"], check=True, stdin=subprocess.DEVNULL)
        stamp.write_text(wanted)
    return folder / "bin/st"


def free_port():
    """Below those that the system gives to outgoing calls, so that none of them takes it before the server does."""
    while True:
        port = random.randrange(11_000, 32_000)
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def start(folder, environment):
    """A demo server. Answers with its process, its address and what the demo knows."""
    url = f"127.0.0.1:{free_port()}"
    data = Path(folder, "data")
    printed = Path(folder, "printed")
    with printed.open("w") as out:
        server = subprocess.Popen([BINARY, "demo", "--data", data, "--listen", url], stdout=out, stderr=out, cwd=folder, env=environment)
    until = time.monotonic() + 60
    while "Webhooks appear below." not in printed.read_text():
        if server.poll() is not None or time.monotonic() > until:
            server.kill()
            sys.exit(f"The demo does not start:\n{printed.read_text()}")
        time.sleep(0.05)
    return server, f"http://{url}", json.loads(data.joinpath("demo.json").read_text())


def start_session(url, token):
    """The id of a session, for the calls that need one."""
    body = json.dumps({"function_id": "ContactUs", "user": {"external_id": "p-17", "fields": {"user_fname": "Ana"}}}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}/api/v1/sessions", body, headers)) as answer:
        return json.load(answer)["session"]["id"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--max-examples", default="30")
    parser.add_argument("--seed", default="1")
    given, more = parser.parse_known_args()
    if not BINARY.exists():
        sys.exit(f"{BINARY} is not there: cargo build -p smartbot")
    program = schemathesis()
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SMARTBOT_")}
    failed = []
    with tempfile.TemporaryDirectory(prefix="smartbot-contract-") as folder:
        server, url, demo = start(folder, clean)
        try:
            environment = {
                **clean,
                "PYTHONPATH": str(HERE),
                "SCHEMATHESIS_HOOKS": "checks",
                "CONTRACT_TOKEN": demo["bots_management"],
                "CONTRACT_SESSION": start_session(url, demo["bots_management"]),
            }
            for tag, token in [("BotsManagement", "bots_management"), ("DB-Update", "db_update"), ("Legacy", None)]:
                command = [program, "--config-file", HERE / "schemathesis.toml", "run", REPOSITORY / "api/openapi.json", "--url", url]
                command += ["--include-tag", tag, "--exclude-operation-id", ENDLESS]
                command += ["--max-examples", given.max_examples, "--seed", given.seed, *more]
                if token:
                    command += ["--header", f"Authorization: Bearer {demo[token]}"]
                print(f"\n# {tag}", flush=True)
                if subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL).returncode != 0:
                    failed.append(tag)
            if server.poll() is not None:
                sys.exit("The server has died.")
        finally:
            server.terminate()
            server.wait()
    if failed:
        sys.exit(f"The server and api/openapi.json do not agree: {', '.join(failed)}")


if __name__ == "__main__":
    main()
