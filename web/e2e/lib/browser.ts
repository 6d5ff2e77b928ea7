/** A headless Chromium with pages that remember what went wrong on them. */
import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";
import type { App } from "./app.ts";
import { PATIENCE_MS } from "./patience.ts";

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
  const browser = await chromium.launch({ executablePath, args });
  return LATE || SLOW ? hindered(browser) : browser;
}

/** The API answers by up to so many milliseconds later, each time another, and scripts run so many times slower: finds tests that trust in luck. */
const LATE = Number(process.env.SMARTBOT_E2E_LATE ?? 0);
const SLOW = Number(process.env.SMARTBOT_E2E_SLOW ?? 0);

function hindered(browser: Browser): Browser {
  const open = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await open(options);
    if (LATE)
      await context.route("**/api/**", async (route) => {
        await new Promise((done) => setTimeout(done, Math.random() * LATE));
        // The page may be gone by then.
        await route.continue().catch(() => undefined);
      });
    if (SLOW)
      context.on("page", async (page) => {
        const devtools = await context.newCDPSession(page).catch(() => null);
        await devtools?.send("Emulation.setCPUThrottlingRate", { rate: SLOW }).catch(() => undefined);
      });
    return context;
  };
  return browser;
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
  onTestFinished(async () => {
    // A call that is held up or answered by the test itself may be on its way still: nobody is interested in it any more.
    for (const it of [context, ...context.pages()]) await it.unrouteAll({ behavior: "ignoreErrors" }).catch(() => undefined);
    await context.close();
  });
  await context.addInitScript((entries) => {
    for (const [key, value] of entries) if (localStorage.getItem(key) === null) localStorage.setItem(key, value);
  }, Object.entries(kept));
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
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

/** Holds calls to addresses like this one back until the answer is called, so that it is known what comes first. */
export async function holdBack(page: Page, address: string): Promise<() => void> {
  let letGo = () => {};
  const gate = new Promise<void>((done) => {
    letGo = done;
  });
  await page.route(address, async (route) => {
    await gate;
    await route.fallback();
  });
  return letGo;
}

/** The page as it is for who prefers a theme, without loading it anew. */
export async function wear(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await worn(page, theme);
}

/** Waits until the page is painted in a theme as a whole. */
export async function worn(page: Page, theme: Theme | "contrast"): Promise<void> {
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
