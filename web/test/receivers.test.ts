/** The receivers of examples/receivers, and the Java of docs/guides/receiving.md, against deliveries of a running server. The one in Rust
 * is run by the tests of the binary. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { Webhook } from "standardwebhooks";
import ts from "typescript";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { blocks } from "./guides.ts";
import { BINARY, environment, freePort, printed, REPOSITORY, stop } from "./server.ts";

const run = promisify(execFile);
const RECEIVERS = join(REPOSITORY, "examples/receivers");
// Below node_modules, so that the library is found by its name.
const FOLDER = join(REPOSITORY, "web/node_modules/.smartbot-receivers");
const PYTHON = join(dirname(BINARY), "../receivers");
const { url, data, botsManagement } = inject("server");

const there = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

beforeAll(async () => {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  const source = await readFile(join(RECEIVERS, "receiver.ts"), "utf8");
  const options = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
  await writeFile(join(FOLDER, "receiver.mjs"), ts.transpileModule(source, { compilerOptions: options }).outputText);
  if (!(await there(join(PYTHON, "installed")))) {
    await run("python3", ["-m", "venv", "--clear", PYTHON]);
    const wanted = join(RECEIVERS, "requirements.txt");
    await run(join(PYTHON, "bin/python"), ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted]);
    await writeFile(join(PYTHON, "installed"), "");
  }
}, 180_000);

afterAll(() => rm(FOLDER, { recursive: true, force: true }));

async function smartbot(...args: string[]): Promise<string> {
  return (await run(BINARY, ["--data", data, ...args], { env: environment() })).stdout;
}

/** Adds an endpoint, starts a receiver for it, lets a bot act, and then tries to deceive the receiver. */
async function receives(program: string, file: string): Promise<void> {
  const port = String(await freePort());
  const address = `http://127.0.0.1:${port}/hooks`;
  const endpoint = JSON.parse(await smartbot("webhook", "add", address, "--events", "session.started", "--json"));
  const env = environment({ SECRET: endpoint.secret, PORT: port });
  const child: ChildProcess = spawn(program, [file], { env, stdio: ["ignore", "pipe", "pipe"] });
  try {
    await printed(child, `listening on ${port}`);
    const heard = printed(child, '"session.started" "evt_');
    const headers = { Authorization: `Bearer ${botsManagement}`, "Content-Type": "application/json" };
    const body = JSON.stringify({ function_id: "ContactUs" });
    expect((await fetch(`${url}/api/v1/sessions`, { method: "POST", headers, body })).status).toBe(201);
    await heard;
    await deceive(address, endpoint.secret);
  } finally {
    await stop(child);
  }
}

async function deceive(address: string, secret: string): Promise<void> {
  const body = '{"id":"evt_1","type":"webhook.test","data":{"greeting":"grüß dich"}}';
  const now = new Date();
  const seconds = (date: Date) => String(Math.floor(date.getTime() / 1000));
  const sign = (key: string, date = now) => new Webhook(key).sign("evt_1", date, body);
  const right = { "webhook-id": "evt_1", "webhook-timestamp": seconds(now), "webhook-signature": sign(secret) };
  const post = async (headers: Record<string, string>, sent = body) =>
    (await fetch(address, { method: "POST", headers, body: sent })).status;
  const other = sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  expect(await post(right)).toBe(204);
  expect(await post({ ...right, "webhook-signature": `${other} v1a,AAAA ${sign(secret)}` }), "while a secret is changed").toBe(204);
  expect(await post(right, `${body} `), "a changed body").toBe(400);
  expect(await post({ ...right, "webhook-signature": other }), "another secret").toBe(400);
  expect(await post({ ...right, "webhook-id": "evt_2" }), "another id").toBe(400);
  expect(await post({ ...right, "webhook-signature": "v1,AAAA" }), "no signature").toBe(400);
  for (const minutes of [-6, 6]) {
    const date = new Date(now.getTime() + minutes * 60_000);
    const late = { ...right, "webhook-timestamp": seconds(date), "webhook-signature": sign(secret, date) };
    expect(await post(late), `${minutes} minutes away`).toBe(400);
  }
  for (const name of Object.keys(right)) {
    const { [name as keyof typeof right]: _, ...rest } = right;
    expect(await post(rest), `without ${name}`).toBe(400);
  }
}

test("the receiver in TypeScript verifies deliveries and is not deceived", () => receives(process.execPath, join(FOLDER, "receiver.mjs")));

test("the receiver in Python verifies deliveries and is not deceived", () =>
  receives(join(PYTHON, "bin/python"), join(RECEIVERS, "receiver.py")));

const hasJava = await run("javac", ["-version"]).then(
  () => true,
  () => false,
);

test.skipIf(!hasJava)("the Java of the guide takes what is signed and nothing else", async () => {
  const [java] = await blocks("docs/guides/receiving.md", "java");
  await writeFile(join(FOLDER, "Signature.java"), java ?? expect.unreachable("the guide has no Java"));
  await writeFile(
    join(FOLDER, "Try.java"),
    `class Try {
  public static void main(String[] args) {
    System.out.println(Signature.fits(args[0], args[1], args[2], args[3], args[4].getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }
}`,
  );
  await run("javac", ["-encoding", "UTF-8", "-d", FOLDER, join(FOLDER, "Signature.java"), join(FOLDER, "Try.java")]);
  const now = new Date();
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const body = '{"greeting":"hello"}';
  const at = (date: Date) => String(Math.floor(date.getTime() / 1000));
  const old = new Date(now.getTime() - 360_000);
  const signed = new Webhook(secret).sign("evt_1", now, body);
  const fits = async (...args: string[]) =>
    (await run("java", ["-Dfile.encoding=UTF-8", "-cp", FOLDER, "Try", secret, ...args])).stdout.trim();
  expect(await fits("evt_1", at(now), signed, body)).toBe("true");
  expect(await fits("evt_1", at(now), `v1,AAAA ${signed}`, body)).toBe("true");
  expect(await fits("evt_1", at(now), signed, `${body} `)).toBe("false");
  expect(await fits("evt_2", at(now), signed, body)).toBe("false");
  expect(await fits("evt_1", at(now), "v1,", body)).toBe("false");
  expect(await fits("evt_1", at(old), new Webhook(secret).sign("evt_1", old, body), body)).toBe("false");
  expect(await fits("evt_1", "soon", signed, body)).toBe("false");
});
