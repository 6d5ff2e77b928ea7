/** Getting in and out. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { audit } from "./lib/audit.ts";
import { openBrowser, openPage, signedIn } from "./lib/browser.ts";
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

test("whoever is not signed in is asked to, and comes back to where they wanted to go", async () => {
  const { page, wrong } = await openPage(browser);
  await page.goto(`${app.url}/app/bots`);
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await audit(page, "sign-in");
  await shoot(page, "sign-in");
  await page.getByLabel("E-mail address").fill(app.owner.email);
  await page.getByLabel("Password", { exact: true }).fill(app.owner.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Chatbots" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/app/bots");
  expect(wrong).toEqual([]);
});

test("the shell has no fault that axe can find, in either theme", async () => {
  for (const theme of ["light", "dark"] as const) {
    const { page, wrong } = await signedIn(browser, app, { theme });
    await page.getByRole("heading", { level: 1, name: "Chatbots" }).waitFor();
    await audit(page, `shell, ${theme}`);
    await shoot(page, `shell-${theme}`);
    expect(wrong).toEqual([]);
  }
});
