/** The programs of docs/guides/embedding.md, as they stand there. Its commands are run by the tests of the binary. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { blocks } from "./guides.ts";
import { environment, freePort, printed, REPOSITORY, stop } from "./server.ts";

const run = promisify(execFile);
// Below node_modules, so that the SDK is found by its name.
const FOLDER = join(REPOSITORY, "web/node_modules/.smartbot-guide");
const { url, botsManagement } = inject("server");
let programs: string[] = [];

beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
  const found = await blocks("docs/guides/embedding.md", "js");
  programs = found.map((_, index) => join(FOLDER, `${index}.mjs`));
  await Promise.all(found.map((text, index) => writeFile(join(FOLDER, `${index}.mjs`), text)));
});

afterAll(() => rm(FOLDER, { recursive: true, force: true }));

function program(index: number): string {
  return programs[index] ?? expect.unreachable(`the guide has no program ${index}`);
}

test("a chat is started on the server and held in the browser", async () => {
  const started = await run(process.execPath, [program(0)], { env: environment({ SMARTBOT_URL: url, TOKEN: botsManagement }) });
  const { sessionId, sessionKey } = JSON.parse(started.stdout);
  const env = environment({ SMARTBOT_URL: url, SESSION_ID: sessionId, SESSION_KEY: sessionKey });
  const held = await run(process.execPath, [program(1)], { env, timeout: 60_000 });
  expect(held.stdout).toContain("bot: Hello Ana!");
  expect(held.stdout).toContain("user: appointments");
  expect(held.stderr).toBe("");
});

test("an identity is a JWT that the widget key has signed", async () => {
  const { stdout } = await run(process.execPath, [program(3)], { env: environment({ WIDGET_KEY: "sbw_test" }) });
  const [head = "", claims = "", signature = ""] = stdout.trim().split(".");
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
  expect(read(head)).toEqual({ alg: "HS256", typ: "JWT" });
  expect(read(claims)).toMatchObject({ sub: "p-17", fields: { user_fname: "Ana" } });
  expect(read(claims).exp - read(claims).iat).toBe(300);
  expect(signature).toBe(createHmac("sha256", "sbw_test").update(`${head}.${claims}`).digest("base64url"));
});

test("a receiver trusts what is signed and nothing else", async () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const port = String(await freePort());
  const child: ChildProcess = spawn(process.execPath, [program(2)], {
    env: environment({ WEBHOOK_SECRET: secret, PORT: port }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    await printed(child, "listening");
    const body = '{"id":"evt_1","type":"webhook.test"}';
    const post = (signature: string) => {
      const headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
        "webhook-signature": signature,
      };
      return fetch(`http://127.0.0.1:${port}`, { method: "POST", headers, body });
    };
    const now = new Date();
    expect((await post(new Webhook(secret).sign("evt_1", now, body))).status).toBe(204);
    expect((await post("v1,AAAA")).status).toBe(401);
  } finally {
    await stop(child);
  }
});
