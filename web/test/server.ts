/** Starts a server for all tests: the demo of the debug binary, on a free port, with sample bots and tokens of both kinds. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";

export const REPOSITORY = resolve(import.meta.dirname, "../..");
export const BINARY = join(process.env.CARGO_TARGET_DIR ?? join(REPOSITORY, "target"), "debug/smartbot");

/** What the tests know of the server. */
export interface Server {
  url: string;
  data: string;
  botsManagement: string;
  dbUpdate: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    server: Server;
  }
}

/** Below the ports that systems give to outgoing calls and to whoever wants any: those are taken before a server starts, or starts again. Above 10080, which browsers refuse. */
const [FIRST_PORT, PORTS] = [11_000, 21_000];

const given = new Set<number>();

/** A port on which nobody listens at this moment, and that nobody gets by chance in the next. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    const isFree = await new Promise<boolean>((done) => {
      const server = createServer().once("error", () => done(false));
      server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
    });
    if (!isFree || given.has(port)) continue;
    given.add(port);
    return port;
  }
}

/** Waits for a text that a process prints. */
export function printed(child: ChildProcess, text: string): Promise<string> {
  let all = "";
  return new Promise((done, failed) => {
    const hear = (chunk: Buffer) => {
      all += chunk.toString();
      if (all.includes(text)) done(all);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("exit", (code) => failed(new Error(`it ended with ${code} before it printed “${text}”:\n${all}`)));
  });
}

/** The environment without the settings of whoever runs the tests. */
export function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("SMARTBOT_"));
  return { ...Object.fromEntries(kept), ...more };
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  await ended;
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is not there: cargo build -p smartbot`);
  const folder = await mkdtemp(join(tmpdir(), "smartbot-web-"));
  const data = join(folder, "data");
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(BINARY, ["demo", "--data", data, "--listen", url.slice(7)], {
    cwd: folder,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  await printed(child, "Webhooks appear below.");
  const demo = JSON.parse(await readFile(join(data, "demo.json"), "utf8"));
  project.provide("server", { url, data, botsManagement: demo.bots_management, dbUpdate: demo.db_update });
  return async () => {
    await stop(child);
    await rm(folder, { recursive: true, force: true });
  };
}
