/** The Bot Builder for everybody: axe finds nothing in any of its states, in both themes and on a phone. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { audit } from "./lib/audit.ts";
import { openBrowser, signedIn, THEMES, wear } from "./lib/browser.ts";
import { drawn, expectFocus, saved } from "./lib/builder.ts";
import { shoot } from "./lib/shot.ts";

let app: App;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const BOT = "DoctorAppointment";

/** Looks at a state in both themes, first in the one that is worn: a large bot takes long to change. */
async function look(page: Page, name: string): Promise<void> {
  const worn = await page.evaluate(() => document.documentElement.dataset.theme);
  for (const theme of worn === "dark" ? [...THEMES].reverse() : THEMES) {
    await wear(page, theme);
    await audit(page, `${name}, ${theme}`);
    await shoot(page, `${name}-${theme}`);
  }
}

/** Presses a button of the rail until its panel is there. */
async function side(page: Page, name: string): Promise<void> {
  await page.getByRole("toolbar", { name: "Tools" }).getByRole("button", { name }).click();
  await page.getByRole("complementary", { name }).waitFor();
}

test("axe finds nothing in the builder's states", async () => {
  const { page, wrong } = await signedIn(browser, app, { at: `bots/${BOT}` });
  await drawn(page, BOT);
  await look(page, "builder-canvas");

  const first = page.locator(".react-flow [data-box]").first();
  await first.click();
  const panel = page.getByRole("complementary", { name: "Box" });
  await panel.waitFor();
  const id = (await first.getAttribute("data-box")) ?? "";
  for (const section of ["Actions", "Advanced"]) await panel.getByRole("button", { name: section }).click();
  await panel.getByLabel("Send user profile variables and flags to the Webhook").check();
  await panel.getByRole("button", { name: "Links" }).scrollIntoViewIfNeeded();
  await panel.locator("ol button[aria-expanded]").first().click();
  await saved(page);
  await look(page, "builder-panel");

  await page.getByRole("button", { name: "More", exact: true }).first().click();
  await page.getByRole("menu").waitFor();
  await look(page, "builder-menu");
  await page.keyboard.press("Escape");
  // The menu gives the focus back to its button a moment after it is gone.
  await page.getByRole("menu").waitFor({ state: "detached" });
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("More");

  await first.click();
  await expectFocus(page, id);
  await page.keyboard.press("n");
  await page.getByRole("dialog", { name: "Add the next box" }).waitFor();
  await look(page, "builder-add");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await page.getByText("Outline", { exact: true }).click();
  await page.getByRole("list", { name: /reading order/ }).waitFor();
  await look(page, "builder-outline");

  await page.getByRole("button", { name: "Publish" }).click();
  await page
    .getByRole("dialog", { name: /^Publish/ })
    .getByRole("heading", { name: /changes?$/ })
    .waitFor();
  await look(page, "builder-publish");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(wrong).toEqual([]);
});

test("axe finds nothing in the panels beside the canvas", async () => {
  const { page, wrong } = await signedIn(browser, app, { at: `bots/${BOT}` });
  await drawn(page, BOT);
  for (const name of ["Add", "Find", "Problems", "Bot"]) {
    await side(page, name);
    await look(page, `builder-${name.toLowerCase()}`);
  }
  expect(wrong).toEqual([]);
});

test("axe finds nothing on a phone, where the outline comes first", async () => {
  const { page, wrong } = await signedIn(browser, app, { at: `bots/${BOT}`, size: "phone" });
  await page.getByRole("list", { name: /reading order/ }).waitFor();
  await look(page, "builder-phone-outline");
  await page.locator("[data-box]").nth(1).click();
  await page.getByRole("dialog").getByLabel("Title").waitFor();
  await look(page, "builder-phone-panel");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(wrong).toEqual([]);
});
