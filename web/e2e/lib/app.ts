/** The app as people meet it: the demo of the debug binary, which serves it at `/app/`, with data of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PreviewServer, preview } from "vite";
import { BINARY, environment, freePort, printed, REPOSITORY, stop } from "../../test/server.ts";

/** The binary under test; another may be named while the debug build is away. */
export const binary = process.env.SMARTBOT_E2E_BINARY ?? BINARY;

export interface App {
  /** Where the app is, without a slash at the end: `http://127.0.0.1:1234`. */
  url: string;
  /** Where the server itself is, for calls with tokens. */
  server: string;
  /** The data folder. */
  data: string;
  owner: { email: string; password: string };
  workspace: string;
  botsManagement: string;
  dbUpdate: string;
  /** Kills the server, as a power cut does. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server with sample bots and waits until it serves. */
export async function startApp(more: Record<string, string> = {}): Promise<App> {
  if (!existsSync(binary)) throw new Error(`${binary} is not there: cargo build -p smartbot`);
  const folder = await mkdtemp(join(tmpdir(), "smartbot-e2e-"));
  const data = join(folder, "data");
  const server = `http://127.0.0.1:${await freePort()}`;
  let child: ChildProcess | null = null;
  const start = async () => {
    child = spawn(binary, ["demo", "--data", data, "--listen", server.slice("http://".length)], {
      cwd: folder,
      env: environment({ SMARTBOT_EGRESS_ALLOW: "127.0.0.1/32", ...more }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    await printed(child, "Webhooks appear below.");
  };
  await start();
  const demo = JSON.parse(await readFile(join(data, "demo.json"), "utf8"));
  const own = await served(server);
  const close = async () => {
    await own?.close();
    if (child) await stop(child);
    await rm(folder, { recursive: true, force: true });
  };
  return {
    url: own ? (own.resolvedUrls?.local[0] ?? "").replace(/\/app\/$/, "") : server,
    server,
    data,
    owner: { email: demo.owner, password: demo.password },
    workspace: demo.workspace,
    botsManagement: demo.bots_management,
    dbUpdate: demo.db_update,
    kill: async () => {
      const ended = new Promise((done) => child?.once("exit", done));
      child?.kill("SIGKILL");
      await ended;
    },
    start,
    close,
  };
}

/** The scripts and styles that a page loads, by name: of two builds that differ they differ. */
const assets = (page: string): string => [...page.matchAll(/\/app\/assets\/[\w.-]+/g)].map((it) => it[0]).join();

/** A binary that was built without the app, or with another than `npm run build` made last, gets Vite in front of it. */
export async function served(server: string): Promise<PreviewServer | null> {
  const page = await fetch(`${server}/app/`);
  const built = await readFile(join(REPOSITORY, "web/dist/app/index.html"), "utf8");
  if (page.ok && assets(await page.text()) === assets(built)) return null;
  process.env.SMARTBOT_DEV_SERVER = server;
  const root = join(REPOSITORY, "web/admin");
  return preview({
    root,
    configFile: join(root, "vite.config.ts"),
    // Should the port be taken meanwhile, the next one does as well.
    preview: { port: await freePort(), host: "127.0.0.1", strictPort: false, headers: { "Content-Security-Policy": POLICY } },
  });
}

/** As the server has it, but for the number that lets single style elements pass. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob: https:; media-src 'self' https:; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
