/** A headless Chromium: the machine's own, because none is downloaded here. */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Opens a page, and hands it over with everything that went wrong on it: errors, what the policy refused, failed requests. */
export async function inBrowser(act: (page: Page, wrong: string[]) => Promise<void>): Promise<void> {
  const executablePath = PLACES.find((it) => existsSync(it));
  if (!executablePath) throw new Error("Chromium is not installed: see scripts/install-test-tools.sh");
  // Within a container there is no sandbox to be had; the pages are our own.
  const browser: Browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 850 } });
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") wrong.push(message.text());
    });
    await act(page, wrong);
  } finally {
    await browser.close();
  }
}
