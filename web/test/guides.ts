/** Runs what a document tells a reader to type. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { BINARY, environment, freePort, REPOSITORY } from "./server.ts";

/** The blocks of a document in this language. */
export async function blocks(name: string, language: string): Promise<string[]> {
  const text = await readFile(join(REPOSITORY, name), "utf8");
  const found = text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"));
  return Array.from(found, (it) => it[1] ?? "");
}

/** A shell script that runs in a folder of its own, with ports of its own in the place of those in the text. */
export class Script {
  readonly process: ChildProcess;
  readonly folder: string;
  readonly ports: Map<string, number>;

  private constructor(process: ChildProcess, folder: string, ports: Map<string, number>) {
    this.process = process;
    this.folder = folder;
    this.ports = ports;
  }

  static async start(parts: string[], named: string[]): Promise<Script> {
    const folder = await mkdtemp(join(tmpdir(), "smartbot-guide-"));
    for (const name of ["bots", "examples", "web"]) await symlink(join(REPOSITORY, name), join(folder, name));
    const ports = new Map<string, number>();
    for (const name of named) ports.set(name, await freePort());
    // All at once: one port may have another's name in it, as 13000 has.
    const names = new RegExp(named.join("|"), "g");
    const text = `set -euo pipefail\n${parts.join("\n")}`.replace(names, (name) => String(ports.get(name)));
    const env = environment({ PATH: `${dirname(BINARY)}:${process.env.PATH}`, PORT: String(ports.get("3000") ?? 0) });
    env.SMARTBOT_LISTEN = `127.0.0.1:${ports.get("8360")}`;
    // A group of its own, so that what runs in the background ends with it.
    const child = spawn("bash", ["-c", text], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    return new Script(child, folder, ports);
  }

  async stop(): Promise<void> {
    const ended = this.process.exitCode !== null || this.process.signalCode !== null;
    const exit = ended ? Promise.resolve() : new Promise((done) => this.process.once("exit", done));
    try {
      if (this.process.pid) process.kill(-this.process.pid, "SIGTERM");
    } catch {
      // Nobody of the group is left.
    }
    await exit;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
