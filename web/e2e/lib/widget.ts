/** The widget as people meet it: the demo of the debug binary with its pages, and a customer's site on another origin. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser, BrowserContext, FrameLocator, Page } from "playwright-core";
import { BINARY, environment, freePort, printed, stop } from "../../test/server.ts";
import { type Look, openPage } from "./browser.ts";
import { front } from "./front.ts";

const binary = process.env.SMARTBOT_E2E_BINARY ?? BINARY;

export interface Chats {
  /** Where widget and pages come from, without a slash at the end. */
  url: string;
  workspace: string;
  /** For looking from behind: what is stored. */
  dbUpdate: string;
  /** Publishes a bot that strangers may start. */
  publish(document: { function_id: string; [key: string]: unknown }): Promise<void>;
  /** Lets pages of these origins show all bots. */
  allow(...origins: string[]): Promise<void>;
  /** Kills the server, as a power cut does. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startChats(): Promise<Chats> {
  const folder = await mkdtemp(join(tmpdir(), "smartbot-widget-"));
  const data = join(folder, "data");
  const server = `http://127.0.0.1:${await freePort()}`;
  let child: ChildProcess | null = null;
  const start = async () => {
    child = spawn(binary, ["demo", "--data", data, "--listen", server.slice("http://".length)], {
      cwd: folder,
      env: environment({ SMARTBOT_EGRESS_ALLOW: "127.0.0.1/32" }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    await printed(child, "Webhooks appear below.");
  };
  await start();
  const demo = JSON.parse(await readFile(join(data, "demo.json"), "utf8"));
  const own = (await fetch(`${server}/widget/loader.js`)).ok ? null : await front(server, demo);
  const bots = ["ContactUs", "SatisfactionSurvey"];
  /** Sets who may start and show a bot, as the owner does. The front asks nobody. */
  const channel = async (bot: string, change: object) => {
    if (own) return;
    const headers = { "Content-Type": "application/json", "X-Requested-With": "SmartBot" };
    const body = JSON.stringify({ email: demo.owner, password: demo.password });
    const signedIn = await fetch(`${server}/api/v1/admin/sign_in`, { method: "POST", headers, body });
    if (!signedIn.ok) throw new Error(`the owner cannot sign in: ${await signedIn.text()}`);
    const cookie = signedIn.headers
      .getSetCookie()
      .map((it) => it.split(";")[0])
      .join("; ");
    const answer = await fetch(`${server}/api/v1/admin/bots/${bot}/channel`, {
      method: "PATCH",
      headers: { ...headers, Cookie: cookie },
      body: JSON.stringify({ is_public: true, ...change }),
    });
    if (!answer.ok) throw new Error(`the channel of ${bot} cannot be set: ${await answer.text()}`);
  };
  return {
    url: own?.url ?? server,
    workspace: demo.workspace,
    dbUpdate: demo.db_update,
    publish: async (document) => {
      const file = join(folder, "bot.json");
      await writeFile(file, JSON.stringify(document));
      await promisify(execFile)(binary, ["bot", "import", file, "--publish", "--data", data], { cwd: folder, env: environment() });
      bots.push(document.function_id);
      await channel(document.function_id, {});
    },
    allow: async (...origins) => {
      for (const bot of bots) await channel(bot, { allowed_origins: origins });
    },
    kill: async () => {
      const ended = new Promise((done) => child?.once("exit", done));
      child?.kill("SIGKILL");
      await ended;
    },
    start,
    close: async () => {
      await own?.close();
      if (child) await stop(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface Site {
  /** Another origin of the same site, as `www.` beside `chat.`: the frame has its storage. */
  url: string;
  /** Another site: a browser that is careful, as a private window is, denies the frame its storage. */
  foreign: string;
  close(): Promise<void>;
}

/** A customer's site of one page per path, by two names. */
export async function startSite(page: (path: string) => { html: string; headers?: Record<string, string>; type?: string }): Promise<Site> {
  const server: Server = createServer((request, response) => {
    const { html, headers = {}, type = "text/html; charset=utf-8" } = page(request.url ?? "/");
    response.writeHead(200, { "Content-Type": type, ...headers }).end(html);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    foreign: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((done) => server.close(() => done())),
  };
}

/** A page of a customer that boots one widget with `options`. */
export function pageWith(chats: Chats, options: object, more: { head?: string; body?: string; lang?: string; attributes?: string } = {}) {
  const boot = JSON.stringify({ workspace: chats.workspace, ...options });
  return `<!doctype html><html lang="${more.lang ?? "en"}" ${more.attributes ?? ""}><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Clinic</title><link rel="icon" href="data:,">${more.head ?? ""}
<script src="/boot.js?${encodeURIComponent(boot)}"></script>
<script async src="${chats.url}/widget/loader.js"></script></head>
<body>${more.body ?? "<main><h1>Riverside Clinic</h1><p>We are here for you.</p><a href='#x'>A link</a><button>A button</button></main>"}</body></html>`;
}

/** The file that `pageWith` calls for: the stub for calls before the script has come, and one such call. */
export function bootScript(path: string): string {
  const options = decodeURIComponent(path.split("?")[1] ?? "{}");
  return `window.SmartBot = window.SmartBot || { q: [] };
["boot", "open", "close", "identify", "setVariables", "shutdown", "on"].forEach(function (name) {
  SmartBot[name] = SmartBot[name] || function () { SmartBot.q.push([name].concat([].slice.call(arguments))); };
});
SmartBot.boot(${options});`;
}

export const launcher = (page: Page, at = 0) => page.locator("[data-smartbot] .launcher").nth(at);
export const panel = (page: Page, at = 0): FrameLocator => page.locator("[data-smartbot] iframe").nth(at).contentFrame();

/** The lines of the transcript as `who: words`. */
export async function lines(frame: FrameLocator | Page): Promise<string[]> {
  const bubbles = frame.locator(".log .bubble");
  return (await bubbles.allInnerTexts()).map((it) => it.replace(/\s+/g, " ").trim());
}

/** What is stored of the newest session, by `seq`. */
export async function stored(chats: Chats): Promise<{ seq: number; from: string; text: string }[]> {
  const headers = { Authorization: `Bearer ${chats.dbUpdate}` };
  const list = await (await fetch(`${chats.url}/api/v1/chat_logs?limit=1`, { headers })).json();
  const id = list.data[0].session?.id ?? list.data[0].id;
  return (await (await fetch(`${chats.url}/api/v1/chat_logs/${id}`, { headers })).json()).messages;
}

/** Remembers all that the announcer was given to say, from now on. */
export async function listen(frame: FrameLocator | Page): Promise<() => Promise<string[]>> {
  const region = frame.locator(".announcer");
  await region.waitFor({ state: "attached" });
  await region.evaluate((it) => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) heard.push(node.textContent ?? "");
    }).observe(it, { childList: true });
  });
  return () => region.evaluate(() => (window as unknown as { heard: string[] }).heard);
}

/** A page of the chat that fills the window. */
export async function openChat(
  browser: Browser,
  chats: Pick<Chats, "url" | "workspace">,
  bot: string,
  look: Look & { lang?: string } = {},
) {
  const opened: { page: Page; context: BrowserContext; wrong: string[] } = await openPage(browser, look);
  await opened.page.goto(`${chats.url}/chat/${chats.workspace}/${bot}${look.lang ? `?lang=${look.lang}` : ""}`);
  return opened;
}
