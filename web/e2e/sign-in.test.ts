/** Getting in and out. */
import type { Browser, Response } from "playwright-core";
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

test("whoever is not signed in is asked to, and comes back to where they wanted to go", async () => {
  const { page, wrong, context } = await openPage(browser);
  await page.goto(`${app.url}/app/logs?status=ended`);
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await audit(page, "sign-in");
  await shoot(page, "sign-in");
  await page.getByLabel("E-mail address").fill(app.owner.email);
  await page.getByLabel("Password", { exact: true }).fill(app.owner.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Logs" }).waitFor();
  await page.waitForURL(`${app.url}/app/logs?status=ended`);
  expect(wrong).toEqual([]);
  await context.close();
});

test("a wrong password is told of and not kept, and a link cannot lead elsewhere", async () => {
  const { page, context } = await openPage(browser, { theme: "dark" });
  await page.goto(`${app.url}/app/sign-in?next=${encodeURIComponent("https://evil.example/")}`);
  await page.getByLabel("E-mail address").fill(app.owner.email);
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").getByText("do not belong together").waitFor();
  await expect.poll(() => page.getByLabel("Password", { exact: true }).inputValue()).toBe("");
  await audit(page, "sign-in, refused, dark");
  await shoot(page, "sign-in-refused-dark");
  await page.getByLabel("Password", { exact: true }).fill(app.owner.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  expect(new URL(page.url()).origin).toBe(new URL(app.url).origin);
  await context.close();
});

test("signing out leaves nothing on the screen, and the way back asks again", async () => {
  const { page, context } = await signedIn(browser, app, { at: "users" });
  await page.getByRole("heading", { level: 1, name: "Users" }).waitFor();
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  // Whoever asked for it is not told that the session has ended.
  expect(await page.evaluate(() => location.search)).toBe("");
  await page.goBack();
  // Only whoever was on the way to somewhere is brought back there: this is the way back, and not the screen from before it.
  await page.waitForURL(/sign-in\?next=/);
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  expect(await context.cookies()).toEqual([]);
  await context.close();
});

test("an unused session is warned of, can be kept, and ends", async () => {
  const { page, context } = await openPage(browser);
  // The page's clock stands still but when it is set: however slow the machine, the last minute does not run out meanwhile.
  let now = Date.now();
  const later = (milliseconds: number) => {
    now += milliseconds;
    return page.clock.setFixedTime(now);
  };
  // Who says that the session is used hears when it ends. It is told by the server's clock, which runs on, and not of each use.
  const left = async (answer: Promise<Response>) => {
    const told = await answer;
    return Date.parse((await told.json()).session.expires_at) - Date.parse(told.headers().date ?? "");
  };
  await later(0);
  const signedInAt = page.waitForResponse((it) => it.url().endsWith("/admin/sign_in"));
  const [atFirst] = await Promise.all([left(signedInAt), signIn(page, app)]);
  // The screen asks who is signed in as it comes: after the jump that would count as use.
  await page.getByRole("link", { name: "Insurance check" }).waitFor();
  await page.getByRole("button", { name: /^Chats: / }).waitFor();
  // The demo signs agents out after 15 minutes, and warns of it in the last.
  await later(atFirst - 30_000);
  const dialog = page.getByRole("dialog", { name: "Are you still there?" });
  await dialog.getByText(/You will be signed out in \d+ seconds/).waitFor();
  await audit(page, "idle warning");
  await shoot(page, "idle-warning");
  const asked = page.waitForResponse((it) => it.url().endsWith("/admin/me"));
  const [afterUse] = await Promise.all([left(asked), dialog.getByRole("button", { name: "Stay signed in" }).last().click()]);
  await dialog.waitFor({ state: "detached" });
  await later(afterUse - 30_000);
  await dialog.waitFor();
  await later(60_000);
  await page.getByText("You were signed out, because nothing happened for a while.").waitFor();
  await page.waitForURL((it) => it.pathname === "/app/sign-in");
  await context.close();
});

test("a session that was ended elsewhere ends here too, with the next call", async () => {
  const { page, context } = await signedIn(browser, app);
  await page.getByRole("link", { name: "Insurance check" }).waitFor();
  // Just before that call, and not before the link is pressed: the first screen and what is live make calls of their own, whenever they come to it.
  await page.route(
    /\/api\/v1\/users\?/,
    async (route) => {
      await context.clearCookies();
      await route.fallback();
    },
    { times: 1 },
  );
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Users" }).click();
  await page.getByText("Your session has ended.").waitFor();
  await signInHere();
  await page.getByRole("heading", { level: 1, name: "Users" }).waitFor();
  await context.close();

  async function signInHere() {
    await page.getByLabel("E-mail address").fill(app.owner.email);
    await page.getByLabel("Password", { exact: true }).fill(app.owner.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  }
});

test("somebody who is invited chooses a password and sees what their role may", async () => {
  const invited = await call<{ invitation: { token: string } }>(app, "POST", "/api/v1/agents", {
    email: "vic@clinic.example",
    name: "Vic Viewer",
    role: "viewer",
  });
  const { page, context, wrong } = await openPage(browser);
  await page.goto(`${app.url}/app/invitation#${invited.invitation.token}`);
  await page.getByRole("heading", { level: 1, name: "Welcome to SmartBot" }).waitFor();
  await expect.poll(() => page.url()).not.toContain(invited.invitation.token);
  await audit(page, "invitation");
  await shoot(page, "invitation");
  await page.getByLabel("Password", { exact: true }).fill("12345");
  await page.getByLabel("Password again").fill("123456");
  await page.getByRole("button", { name: "Accept and sign in" }).click();
  await page.getByText("The two passwords differ.").waitFor();
  await page.getByLabel("Password", { exact: true }).fill("copper window lantern sky");
  await page.getByLabel("Password again").fill("copper window lantern sky");
  await page.getByRole("button", { name: "Accept and sign in" }).click();
  const menu = page.getByRole("navigation", { name: "Main" });
  await menu.waitFor();
  await page.getByRole("link", { name: "Insurance check" }).waitFor();
  expect(await page.getByRole("button", { name: "New bot" }).count()).toBe(0);
  await page.goto(`${app.url}/app/settings`);
  await page.getByRole("heading", { level: 1, name: "Fields" }).waitFor();
  const settings = await page.getByRole("navigation", { name: "Settings" }).getByRole("link").allTextContents();
  expect(settings).toEqual(["Fields", "Flags", "Goals"]);
  expect(await page.getByRole("button", { name: "Add field" }).count()).toBe(0);
  expect(wrong).toEqual([]);
  await context.close();

  const again = await openPage(browser);
  await again.page.goto(`${app.url}/app/invitation#${invited.invitation.token}`);
  await again.page.getByLabel("Password", { exact: true }).fill("another good password");
  await again.page.getByLabel("Password again").fill("another good password");
  await again.page.getByRole("button", { name: "Accept and sign in" }).click();
  await again.page.getByRole("alert").getByText("does not work any more").waitFor();
  await audit(again.page, "invitation, used up");
  await again.context.close();
});
