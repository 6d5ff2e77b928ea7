/** Agents and visitors of the live desk, each in a browser context of their own. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { type App, startApp } from "./app.ts";
import { type Look, openPage, signedIn } from "./browser.ts";
import { call } from "./calls.ts";
import { front } from "./front.ts";

export interface Who {
  email: string;
  password: string;
  name: string;
}

export interface Desk extends App {
  /** Where the pages of visitors are. */
  pages: string;
}

/** Starts the demo with a bot that anybody may start and that asks for a person. */
export async function startDesk(): Promise<Desk> {
  const app = await startApp();
  const own = (await fetch(`${app.server}/widget/loader.js`)).ok
    ? null
    : await front(app.server, { workspace: app.workspace, bots_management: app.botsManagement });
  const headers = { "Content-Type": "application/json", "X-Requested-With": "SmartBot" };
  const signedIn = await fetch(`${app.server}/api/v1/admin/sign_in`, { method: "POST", headers, body: JSON.stringify(app.owner) });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((it) => it.split(";")[0])
    .join("; ");
  const answer = await fetch(`${app.server}/api/v1/admin/bots/ContactUs/channel`, {
    method: "PATCH",
    headers: { ...headers, Cookie: cookie },
    body: JSON.stringify({ is_public: true }),
  });
  if (!answer.ok) throw new Error(`the bot cannot be opened: ${await answer.text()}`);
  const close = async () => {
    await own?.close();
    await app.close();
  };
  return { ...app, pages: own?.url ?? app.server, close };
}

/** Adds an agent, who has a password already. */
export async function addAgent(app: App, name: string, more: { role?: string; limited_to_flags?: string[] } = {}): Promise<Who> {
  const email = `${name.toLowerCase()}@clinic.example`;
  const password = "walnut ladder comet breeze";
  const added = await call<{ invitation: { token: string } }>(app, "POST", "/api/v1/agents", {
    email,
    name,
    role: more.role ?? "agent",
    limited_to_flags: more.limited_to_flags ?? [],
  });
  const accepted = await fetch(`${app.server}/api/v1/admin/invitations/accept`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Requested-With": "SmartBot" },
    body: JSON.stringify({ token: added.invitation.token, password }),
  });
  if (!accepted.ok) throw new Error(`${name} cannot accept: ${await accepted.text()}`);
  return { email, password, name };
}

export interface Opened {
  page: Page;
  context: BrowserContext;
  wrong: string[];
}

/** What goes out goes out at once, but in the test of taking it back. */
const AT_ONCE = { "smartbot.undoSend": "off" };

/** An agent at the desk, with the stream open. */
export async function atDesk(browser: Browser, app: App, who: Who, look: Look = {}, list = ""): Promise<Opened> {
  const opened = await signedIn(browser, app, { kept: AT_ONCE, ...look, at: `chats${list ? `?list=${list}` : ""}` }, who);
  await opened.page.locator('[data-connected="open"]').waitFor({ state: "attached" });
  return opened;
}

/** A visitor who has asked for a person. Somebody must be at the desk already: else the bot takes a message. */
export async function visitor(browser: Browser, app: Desk): Promise<Opened & { session: string }> {
  const opened = await openPage(browser);
  const { page } = opened;
  // Listened for from the beginning: the chat is started while the page still loads.
  const [started] = await Promise.all([
    page.waitForResponse((it) => it.url().endsWith("/visitor/sessions") && it.ok()),
    page.goto(`${app.pages}/chat/${app.workspace}/ContactUs`),
  ]);
  const { session } = await started.json();
  await page.locator(".ask button", { hasText: "Something else" }).click();
  await page.locator(".log .bubble", { hasText: "I am asking our team" }).waitFor();
  return { ...opened, session: session.id };
}

/** What a visitor says. */
export async function say(page: Page, text: string): Promise<void> {
  await page.locator(".box-text").fill(text);
  await page.locator(".box-text").press("Enter");
}

/** A chat in the list. */
export const row = (page: Page, session: string) => page.locator(`[data-chat="${session}"]`);

/** Opens a chat of the list. */
export async function openRow(page: Page, session: string): Promise<void> {
  await row(page, session).click();
  await page.getByRole("log", { name: "Transcript" }).waitFor();
}

export const takeOverButton = (page: Page) => page.getByRole("button", { name: "Take over" });
export const reply = (page: Page) => page.getByRole("textbox", { name: "Reply to the visitor" });
export const note = (page: Page) => page.getByRole("textbox", { name: "Private note" });

/** The `seq`s on an agent's screen. */
export const seqs = (page: Page): Promise<number[]> =>
  page.locator("[data-seq]").evaluateAll((all) => all.map((it) => Number(it.getAttribute("data-seq"))));

/** What is stored of a session, from behind. */
export interface Log {
  messages: { seq: number; from: string; text: string }[];
  notes: { text: string }[];
  session: { status: string };
  user: { flags: string[] };
}
export const logOf = (app: App, session: string): Promise<Log> => call<Log>(app, "GET", `/api/v1/chat_logs/${session}`);
