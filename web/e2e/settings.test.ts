/** SETTINGS beside API and Webhook, and one's own account. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { audit } from "./lib/audit.ts";
import { holdBack, openBrowser, openPage, signedIn, signIn } from "./lib/browser.ts";
import { call as callAsAgent, makeBot, openBuilder } from "./lib/builder.ts";
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
  const { page, context, wrong } = await signedIn(browser, app, { at: "settings" });
  await page.getByRole("heading", { level: 1, name: "Workspace" }).waitFor();
  await page.getByLabel("Sign out after idle minutes").fill("30");
  const origins = page.getByRole("combobox", { name: /^Web pages that may chat/ });
  await origins.fill("no origin");
  await origins.press("Enter");
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

test("what is typed while a save is on its way is neither lost nor taken for saved", async () => {
  const { page, context, wrong } = await signedIn(browser, app, { at: "settings/workspace" });
  const kept = () => callAsAgent<Record<string, unknown>>(page, "GET", "settings");
  await page.getByLabel("Calls a minute for each token").fill("700");
  const letGo = await holdBack(page, "**/api/v1/admin/settings");
  const sent = page.waitForRequest((it) => it.method() === "PATCH");
  await page.getByRole("button", { name: "Save" }).click();
  await sent;
  await page.getByLabel("Sign out after idle minutes").fill("45");
  letGo();
  await page.getByText("Settings saved").waitFor();
  expect(await page.getByLabel("Sign out after idle minutes").inputValue()).toBe("45");
  expect(await kept()).toMatchObject({ token_calls_per_minute: 700, idle_minutes: expect.not.closeTo(45) });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("All changes are saved.").waitFor();
  expect(await kept()).toMatchObject({ token_calls_per_minute: 700, idle_minutes: 45 });
  expect(wrong).toEqual([]);
  await context.close();
});

test("name and languages of the workspace are kept, and what shortens how long chats are kept is warned of first", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  const settings = () => callAsAgent<Record<string, unknown>>(page, "GET", "settings");
  const save = page.getByRole("button", { name: "Save", exact: true });
  await page.goto(`${app.url}/app/settings/workspace`);
  await page.getByLabel("Name", { exact: true }).fill("Hillside Clinic");
  await page.getByRole("combobox", { name: "Main language" }).click();
  await page.getByRole("option", { name: "Spanish", exact: true }).click();
  const languages = page.getByRole("combobox", { name: /^Languages/ });
  await languages.fill("Germ");
  await page.getByRole("option", { name: "German", exact: true }).click();
  await languages.press("Escape");
  await audit(page, "workspace, changed");
  await save.click();
  await page.getByText("All changes are saved.").waitFor();
  await page.getByRole("banner").getByText("Hillside Clinic").waitFor();
  const kept = await settings();
  expect(kept).toMatchObject({ name: "Hillside Clinic", language: "es", retention_days: null });
  expect(kept.languages).toContain("de");

  // Nothing is deleted before somebody has said so twice.
  await page.getByLabel("Keep for ever").uncheck();
  await page.getByLabel("Days").fill("30");
  await page.getByText("more than 30 days ago are deleted for good as soon as you save").waitFor();
  await audit(page, "workspace, a shorter retention");
  await shoot(page, "workspace-retention");
  await save.click();
  const dialog = page.getByRole("dialog", { name: "Delete older chats?" });
  await dialog.getByText("cannot be brought back").waitFor();
  await audit(page, "workspace, delete older chats");
  await shoot(page, "workspace-retention-confirm");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(await settings()).toMatchObject({ retention_days: null });
  await save.click();
  await dialog.getByRole("button", { name: "Save and delete" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("All changes are saved.").waitFor();
  expect(await settings()).toMatchObject({ retention_days: 30 });
  await page.reload();
  await expect.poll(() => page.getByLabel("Days").inputValue()).toBe("30");
  await expect.poll(() => page.getByLabel("Name", { exact: true }).inputValue()).toBe("Hillside Clinic");
  await expect.poll(() => page.getByRole("combobox", { name: "Main language" }).inputValue()).toBe("Spanish");

  // What keeps more asks nothing.
  await page.getByLabel("Keep for ever").check();
  await save.click();
  await page.getByText("All changes are saved.").waitFor();
  expect(await settings()).toMatchObject({ retention_days: null });
  expect(wrong).toEqual([]);
  await context.close();
});

test("a secret is added, replaced and deleted, never shown, and offered where headers name it", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  const names = async () => (await callAsAgent<{ data: { name: string }[] }>(page, "GET", "secrets")).data.map((it) => it.name);
  await page.goto(`${app.url}/app/settings/advanced/secrets`);
  await page.getByRole("heading", { level: 1, name: "Secrets" }).waitFor();
  await page.getByText("There are no secrets yet.").waitFor();
  await audit(page, "secrets, none");
  await page.getByRole("button", { name: "Add secret" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("9 lives");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("A letter first").waitFor();
  await dialog.getByText("A value is needed.").waitFor();
  await audit(page, "secrets, refused");
  await dialog.getByLabel("Name").fill("portal");
  await dialog.getByLabel("Value", { exact: true }).fill("k-17-4f");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  const row = page.getByRole("row").filter({ hasText: "portal" });
  await row.getByText("{{secret:portal}}").waitFor();
  expect(await names()).toEqual(["portal"]);
  await audit(page, "secrets");
  await shoot(page, "secrets");
  await page.getByRole("button", { name: "Replace the value of portal" }).click();
  expect(await dialog.getByLabel("Value", { exact: true }).inputValue()).toBe("");
  await audit(page, "secrets, replace");
  await dialog.getByLabel("Value", { exact: true }).fill("k-18-5a");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(await page.content()).not.toMatch(/k-1[78]-/);

  // The form of a box says where the secrets of its headers are, and which there are not.
  await makeBot(page, "Keyed", {
    start: "ask",
    boxes: [
      {
        id: "ask",
        type: "external_api",
        title: "Ask",
        method: "GET",
        url: "https://portal.example/plans",
        headers: { Authorization: "Bearer {{secret:portal}}", "X-Other": "{{secret:nowhere}}" },
      },
    ],
    links: [],
    layout: { ask: { x: 0, y: 0 } },
  });
  await openBuilder(page, app, "Keyed");
  await page.locator('.react-flow [data-box="ask"]').click();
  const panel = page.getByRole("complementary", { name: "Box" });
  await panel.getByText("There is no such secret: nowhere.").waitFor();
  await audit(page, "a box whose headers name secrets");
  await shoot(page, "secrets-box");
  await panel.getByRole("link", { name: "Open the secrets" }).click();
  await page.getByRole("button", { name: "Delete portal" }).click();
  await dialog.getByText("Its value is gone for good.").waitFor();
  await audit(page, "secrets, delete");
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await row.waitFor({ state: "detached" });
  expect(await names()).toEqual([]);
  expect(wrong).toEqual([]);
  await context.close();
});

test("who may not manage secrets has no screen for them", async () => {
  const { invitation } = await call<{ invitation: { token: string } }>(app, "POST", "/api/v1/agents", {
    email: "bob@clinic.example",
    role: "builder",
  });
  const password = "copper window lantern sky";
  const accepted = await fetch(`${app.server}/api/v1/admin/invitations/accept`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token: invitation.token, password }),
  });
  expect(accepted.status).toBeLessThan(300);
  const { page, context } = await signedIn(browser, app, { at: "settings/fields" }, { email: "bob@clinic.example", password });
  await page.getByRole("heading", { level: 1, name: "Fields" }).waitFor();
  const menu = page.getByRole("navigation", { name: "Settings" });
  await menu.getByRole("link", { name: "Fields" }).waitFor();
  expect(await menu.getByRole("link", { name: "Secrets" }).count()).toBe(0);
  await context.close();
});

test("a field is defined, changed and removed; a built-in one keeps its type", async () => {
  const { page, context, wrong } = await signedIn(browser, app, { at: "settings/fields" });
  await page.getByRole("button", { name: "Add field" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("blood group");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText(/^A letter or “_” first/).waitFor();
  await page.getByRole("dialog").getByLabel("Name").fill("blood_group");
  await page.getByLabel("Sensitive").check();
  await audit(page, "new field");
  await page.getByRole("button", { name: "Save" }).click();
  // The row is there before the dialog has gone.
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const row = page.getByRole("row").filter({ hasText: "blood_group" });
  await row.getByText("Sensitive").waitFor();
  await page.getByRole("button", { name: "Edit user_email" }).click();
  expect(await page.getByRole("combobox", { name: "Type" }).isDisabled()).toBe(true);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
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
  const { page, context } = await signedIn(browser, app, { at: `settings/${path}`, theme: "dark" });
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
  const { page, context, wrong } = await signedIn(browser, app, { at: "settings/agents" });
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
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await row.getByText("Viewer").waitFor();
  await theirs.page.reload();
  await theirs.page.getByRole("heading", { level: 1, name: "Chatbots" }).waitFor();
  expect(await theirs.page.getByRole("button", { name: "New bot" }).count()).toBe(0);

  await page.getByRole("button", { name: "More for bea" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
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
