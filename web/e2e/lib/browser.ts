/** A headless Chromium with pages that remember what went wrong on them. */
import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";
import type { App } from "./app.ts";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Starts the machine's own Chromium, because none is downloaded here. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = PLACES.find((it) => existsSync(it));
  if (!executablePath) throw new Error("Chromium is not installed: see scripts/install-test-tools.sh");
  // Within a container there is no sandbox to be had; the pages are our own. The rest keeps it from calling home.
  const args = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
  ];
  return chromium.launch({ executablePath, args });
}

export const THEMES = ["light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export interface Look {
  theme?: Theme;
  /** `wide` is 1280×800, `phone` 390×844 with touch. */
  size?: "wide" | "phone";
  locale?: string;
  reducedMotion?: "reduce" | "no-preference";
  /** What the browser's storage has for the page from the start. */
  kept?: Record<string, string>;
}

export const SIZES = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;

/** A page with nobody signed in, closed with the test. `wrong` fills with errors of scripts, refusals of the page's policy and failed loads. */
export async function openPage(browser: Browser, look: Look = {}): Promise<{ page: Page; context: BrowserContext; wrong: string[] }> {
  const { theme = "light", size = "wide", locale = "en-US", reducedMotion = "reduce", kept = {} } = look;
  const context = await browser.newContext({
    viewport: SIZES[size],
    hasTouch: size === "phone",
    colorScheme: theme,
    reducedMotion,
    locale,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  onTestFinished(() => context.close());
  await context.addInitScript((entries) => {
    for (const [key, value] of entries) if (localStorage.getItem(key) === null) localStorage.setItem(key, value);
  }, Object.entries(kept));
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => {
    // A refused call is part of many tests; the app tells of it on the screen, the browser in the console.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) wrong.push(message.text());
  });
  return { page, context, wrong };
}

/** Signs in by the form, as a person does, and waits for the first screen. */
export async function signIn(page: Page, app: App, who: { email: string; password: string } = app.owner): Promise<void> {
  await page.goto(`${app.url}/app/sign-in`);
  await page.getByLabel("E-mail address").fill(who.email);
  await page.getByLabel("Password", { exact: true }).fill(who.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
}

/** Signs a browser in by a call, without the form, which `sign-in.test.ts` is about. */
export async function letIn(context: BrowserContext, app: App, who: { email: string; password: string } = app.owner): Promise<void> {
  const { email, password } = who;
  const headers = { "X-Requested-With": "SmartBot" };
  const answer = await context.request.post(`${app.url}/api/v1/admin/sign_in`, { headers, data: { email, password } });
  if (!answer.ok()) throw new Error(`${email} cannot sign in: ${answer.status()} ${await answer.text()}`);
}

/** A page on which the owner, or somebody else, is signed in, with the first screen or the one at a path below `/app/`. */
export async function signedIn(
  browser: Browser,
  app: App,
  { at = "", ...look }: Look & { at?: string } = {},
  who?: { email: string; password: string },
) {
  const opened = await openPage(browser, look);
  await letIn(opened.context, app, who);
  await opened.page.goto(`${app.url}/app/${at}`);
  await opened.page.getByRole("navigation", { name: "Main" }).waitFor();
  return opened;
}

/** The page as it is for who prefers a theme, without loading it anew. */
export async function wear(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  // What is left out until it comes into sight keeps the colours of the theme before it.
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { content-visibility: visible !important; }");
    document.adoptedStyleSheets = [sheet];
  });
  await page.waitForFunction(
    (it) => document.documentElement.dataset.theme === it && document.getAnimations().every(({ playState }) => playState !== "running"),
    theme,
  );
}
