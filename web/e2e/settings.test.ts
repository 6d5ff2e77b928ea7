/** SETTINGS beside API and Webhook, and one's own account. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { audit } from "./lib/audit.ts";
import { openBrowser, openPage, signedIn, signIn } from "./lib/browser.ts";
import { call } from "./lib/calls.ts";
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

test("settings of the workspace are kept, and what is wrong is told beside its input", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  await page.goto(`${app.url}/app/settings`);
  await page.getByRole("heading", { level: 1, name: "Workspace" }).waitFor();
  await page.getByLabel("Sign out after idle minutes").fill("30");
  await page.getByRole("combobox", { name: /^Web pages that may chat/ }).fill("no origin");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").waitFor();
  await audit(page, "workspace, refused");
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByLabel("Sign out after idle minutes").fill("30");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("All changes are saved.").waitFor();
  await page.reload();
  await expect.poll(() => page.getByLabel("Sign out after idle minutes").inputValue()).toBe("30");
  expect(wrong).toEqual([]);
  await context.close();
});

test("a field is defined, changed and removed; a built-in one keeps its type", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  await page.goto(`${app.url}/app/settings/fields`);
  await page.getByRole("button", { name: "Add field" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("blood group");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText(/^A letter or “_” first/).waitFor();
  await page.getByRole("dialog").getByLabel("Name").fill("blood_group");
  await page.getByLabel("Sensitive").check();
  await audit(page, "new field");
  await page.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("row").filter({ hasText: "blood_group" });
  await row.getByText("Sensitive").waitFor();
  await page.getByRole("button", { name: "Edit user_email" }).click();
  expect(await page.getByRole("combobox", { name: "Type" }).isDisabled()).toBe(true);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Remove blood_group" }).click();
  await page.getByText("Only the definition goes").waitFor();
  await audit(page, "remove a field");
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await row.waitFor({ state: "detached" });
  expect(wrong).toEqual([]);
  await context.close();
});

test.each([
  ["flags", "Add flag", "call-back"],
  ["goals", "Add goal", "booked"],
])("of %s one is defined and described", async (path, add, name) => {
  const { page, context } = await signedIn(browser, app, { theme: "dark" });
  await page.goto(`${app.url}/app/settings/${path}`);
  await page.getByRole("button", { name: add }).click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await page.getByLabel("Description (optional)").fill("For the front desk");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row").filter({ hasText: name }).getByText("For the front desk").waitFor();
  await audit(page, `${path}, dark`);
  expect(
    await call(app, "GET", `/api/v1/${path}/${name}`).catch(() => call<{ data: unknown[] }>(app, "GET", `/api/v1/${path}`)),
  ).toBeTruthy();
  await context.close();
});

test("an agent is invited by a link, gets another role, and is removed", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  await page.goto(`${app.url}/app/settings/agents`);
  await page.getByRole("button", { name: "Invite agent" }).click();
  await page.getByRole("dialog").getByLabel("E-mail address").fill("bea@clinic.example");
  await page.getByRole("radio", { name: "Builder" }).check();
  await audit(page, "invite an agent");
  await page.getByRole("button", { name: "Make the invitation" }).click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  expect(link).toMatch(/\/app\/invitation#sbi_/);
  await audit(page, "invitation made");
  await page.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("row").filter({ hasText: "bea@clinic.example" });
  await row.getByText("Invited").waitFor();

  const theirs = await openPage(browser);
  await theirs.page.goto(link.replace(new URL(link).origin, app.url));
  await theirs.page.getByLabel("Password", { exact: true }).fill("walnut ladder comet breeze");
  await theirs.page.getByLabel("Password again").fill("walnut ladder comet breeze");
  await theirs.page.getByRole("button", { name: "Accept and sign in" }).click();
  await theirs.page.getByRole("button", { name: "New bot" }).waitFor();

  await page.getByRole("button", { name: "Edit bea" }).click();
  await page.getByRole("radio", { name: "Viewer" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await row.getByText("Viewer").waitFor();
  await theirs.page.reload();
  await theirs.page.getByRole("heading", { level: 1, name: "Chatbots" }).waitFor();
  expect(await theirs.page.getByRole("button", { name: "New bot" }).count()).toBe(0);

  await page.getByRole("button", { name: "Remove bea" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await row.waitFor({ state: "detached" });
  await theirs.page.reload();
  await theirs.page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  expect(wrong).toEqual([]);
  await theirs.context.close();
  await context.close();
});

test("one ends another browser's session, and a new password ends all others", async () => {
  await call(app, "POST", "/api/v1/agents", { email: "own@clinic.example", role: "admin" }).then(async (agent) => {
    const { invitation } = agent as { invitation: { token: string } };
    await fetch(`${app.server}/api/v1/admin/invitations/accept`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token: invitation.token, password: "copper window lantern sky" }),
    });
  });
  const me = { email: "own@clinic.example", password: "copper window lantern sky" };
  const one = await signedIn(browser, app, {}, me);
  const two = await signedIn(browser, app, {}, me);
  await one.page.goto(`${app.url}/app/account`);
  await one.page.getByText("This browser", { exact: true }).waitFor();
  await audit(one.page, "account");
  await shoot(one.page, "account");
  await one.page
    .getByRole("button", { name: /^End the session/ })
    .first()
    .click();
  await one.page.getByText("Browser session ended").first().waitFor();
  await two.page.reload();
  await two.page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await signIn(two.page, app, me);

  await one.page.getByLabel("Password so far").fill("not this one");
  await one.page.getByLabel("New password", { exact: true }).fill("walnut ladder comet breeze");
  await one.page.getByLabel("New password again").fill("walnut ladder comet breeze");
  await one.page.getByRole("button", { name: "Change password" }).click();
  await one.page.getByRole("alert").waitFor();
  // Neither is anybody signed out by a wrong old password.
  await one.page.getByLabel("Password so far").fill(me.password);
  await one.page.getByRole("button", { name: "Change password" }).click();
  await one.page.getByText("Password changed").first().waitFor();
  await two.page.reload();
  await two.page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await one.context.close();
  await two.context.close();
});
