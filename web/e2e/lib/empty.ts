/** A server on an empty data folder, as somebody has it who starts it for the first time. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment, freePort, printed, stop } from "../../test/server.ts";
import { binary, served } from "./app.ts";

export interface EmptyServer {
  /** Where the app is, without a slash at the end. */
  url: string;
  /** The set-up code that it printed. */
  code: string;
  close(): Promise<void>;
}

export async function startEmpty(): Promise<EmptyServer> {
  const folder = await mkdtemp(join(tmpdir(), "smartbot-first-run-"));
  const server = `http://127.0.0.1:${await freePort()}`;
  const child: ChildProcess = spawn(binary, ["serve", "--data", join(folder, "data"), "--listen", server.slice("http://".length)], {
    cwd: folder,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  await printed(child, "listening on");
  while (!/set-up code.*\n/.test(out)) await new Promise((done) => child.stdout?.once("data", done));
  const code = /set-up code[^:]*: (\S+)/.exec(out)?.[1];
  if (!code) throw new Error(`no set-up code in what it printed:\n${out}`);
  const own = await served(server);
  return {
    url: own ? (own.resolvedUrls?.local[0] ?? "").replace(/\/app\/$/, "") : server,
    code,
    close: async () => {
      await own?.close();
      await stop(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
