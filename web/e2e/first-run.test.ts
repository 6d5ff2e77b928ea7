/** The first run: from an empty data folder to a workspace and its owner. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { audit } from "./lib/audit.ts";
import { openBrowser, openPage } from "./lib/browser.ts";
import { type EmptyServer, startEmpty } from "./lib/empty.ts";
import { shoot } from "./lib/shot.ts";

let app: EmptyServer;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([startEmpty(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

test("whoever has the code that the server printed makes the workspace, and nobody does so twice", async () => {
  // Two have the page open; the second comes too late.
  const late = await openPage(browser, { theme: "dark", size: "phone" });
  await late.page.goto(`${app.url}/app/`);
  await late.page.getByRole("heading", { level: 1, name: "Set up SmartBot" }).waitFor();
  await audit(late.page, "set-up, dark, on a phone");
  const { page, context, wrong } = await openPage(browser);
  await page.goto(`${app.url}/app/`);
  await page.getByRole("heading", { level: 1, name: "Set up SmartBot" }).waitFor();
  await audit(page, "set-up");
  await shoot(page, "set-up");

  await page.getByRole("button", { name: "Make the workspace" }).click();
  await page.getByText("An e-mail address is needed.").waitFor();
  const fill = async (here: typeof page, code: string): Promise<void> => {
    await here.getByLabel("Set-up code").fill(code);
    await here.getByLabel("Name of your organisation").fill("Riverside Clinic");
    await here.getByLabel("Your name").fill("Olive Owner");
    await here.getByLabel("E-mail address").fill("olive@clinic.example");
    await here.getByLabel("Password", { exact: true }).fill("copper window lantern sky");
    await here.getByRole("button", { name: "Make the workspace" }).click();
  };
  await fill(page, "AAAAA-BBBBB-CCCCC-DDDDD");
  const code = page.getByLabel("Set-up code");
  await page.getByText("This is not the code that the server printed").waitFor();
  await expect.poll(() => code.getAttribute("aria-invalid")).toBe("true");
  const told = await code.evaluate((it) =>
    (it.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? ""),
  );
  expect(told.join(" ")).toContain("This is not the code");
  await expect.poll(() => code.evaluate((it) => it === document.activeElement)).toBe(true);
  await audit(page, "set-up, wrong code");
  await shoot(page, "set-up-wrong-code");

  await code.fill(app.code);
  await page.getByRole("button", { name: "Make the workspace" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  await page.getByRole("heading", { level: 1, name: "Chatbots" }).waitFor();
  await page.getByText("Riverside Clinic").first().waitFor();
  await page.getByRole("button", { name: /^Account of Olive Owner/ }).waitFor();
  await audit(page, "the first screen of a new workspace");
  await shoot(page, "set-up-done");
  await page.goto(`${app.url}/app/settings`);
  await page.getByRole("heading", { level: 1, name: "Workspace" }).waitFor();
  expect(wrong).toEqual([]);

  await fill(late.page, app.code);
  await late.page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await late.page.getByText("This server is set up already.").waitFor();
  await audit(late.page, "set up already, dark, on a phone");
  await shoot(late.page, "set-up-already");
  await late.page.goto(`${app.url}/app/setup`);
  await late.page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await late.page.getByText("This server is set up already.").waitFor();
  await late.page.getByLabel("E-mail address").fill("olive@clinic.example");
  await late.page.getByLabel("Password", { exact: true }).fill("copper window lantern sky");
  await late.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await late.page.getByRole("heading", { level: 1, name: "Chatbots" }).waitFor();
  await late.context.close();
  await context.close();
});
