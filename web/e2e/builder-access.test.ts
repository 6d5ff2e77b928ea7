/** The Bot Builder for everybody: axe finds nothing in any of its states, in both themes and on a phone. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { audit } from "./lib/audit.ts";
import { openBrowser, signedIn } from "./lib/browser.ts";
import { openBuilder, saved } from "./lib/builder.ts";
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

async function look(page: Page, name: string): Promise<void> {
  await audit(page, name);
  await shoot(page, name);
}

/** Presses a button of the rail until its panel is there. */
async function side(page: Page, name: string): Promise<void> {
  await page.getByRole("toolbar", { name: "Tools" }).getByRole("button", { name }).click();
  await page.getByRole("complementary", { name }).waitFor();
}

for (const theme of ["light", "dark"] as const) {
  test(`axe finds nothing in the builder's states, ${theme}`, async () => {
    const { page, wrong } = await signedIn(browser, app, { theme });
    await openBuilder(page, app, BOT);
    await look(page, `builder-canvas-${theme}`);

    const first = page.locator(".react-flow [data-box]").first();
    await first.click();
    const panel = page.getByRole("complementary", { name: "Box" });
    await panel.waitFor();
    for (const section of ["Actions", "Advanced"]) await panel.getByRole("button", { name: section }).click();
    await panel.getByLabel("Send user profile variables and flags to the Webhook").check();
    await panel.getByRole("button", { name: "Links" }).scrollIntoViewIfNeeded();
    await panel.locator("ol button[aria-expanded]").first().click();
    await saved(page);
    await look(page, `builder-panel-${theme}`);

    await page.getByRole("button", { name: "More", exact: true }).first().click();
    await page.getByRole("menu").waitFor();
    await look(page, `builder-menu-${theme}`);
    await page.keyboard.press("Escape");

    await first.click();
    await page.keyboard.press("n");
    await page.getByRole("dialog", { name: "Add the next box" }).waitFor();
    await look(page, `builder-add-${theme}`);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    for (const name of ["Add", "Find", "Problems", "Bot"]) {
      await side(page, name);
      await look(page, `builder-${name.toLowerCase()}-${theme}`);
    }
    await page.getByRole("toolbar", { name: "Tools" }).getByRole("button", { name: "Bot" }).click();

    await page.getByText("Outline", { exact: true }).click();
    await page.getByRole("list", { name: /reading order/ }).waitFor();
    await look(page, `builder-outline-${theme}`);

    await page.getByRole("button", { name: "Publish" }).click();
    await page
      .getByRole("dialog", { name: /^Publish/ })
      .getByRole("button", { name: /^Publish/ })
      .waitFor();
    await look(page, `builder-publish-${theme}`);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(wrong).toEqual([]);
  });
}

test("axe finds nothing on a phone, where the outline comes first", async () => {
  const { page, wrong } = await signedIn(browser, app, { size: "phone" });
  await page.goto(`${app.url}/app/bots/${BOT}`);
  await page.getByRole("list", { name: /reading order/ }).waitFor();
  await look(page, "builder-phone-outline");
  await page.locator("[data-box]").nth(1).click();
  await page.getByRole("dialog").getByLabel("Title").waitFor();
  await look(page, "builder-phone-panel");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(wrong).toEqual([]);
});
