/** USERS and LOGS: found, read, changed, erased and taken out, without a trace of a patient where others look. */
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { audit } from "./lib/audit.ts";
import { openBrowser, signedIn } from "./lib/browser.ts";
import { addUser, call, chat, type User } from "./lib/calls.ts";
import { shoot } from "./lib/shot.ts";

let app: App;
let browser: Browser;
let ana: User;
beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
  ana = await addUser(app, "p-17", { user_fname: "Ana", user_lname: "López", user_city: "Riverside", user_birthdate: "1980-03-05" }, [
    "vip",
  ]);
  await addUser(app, "p-18", { user_fname: "Ben", user_lname: "Okafor" });
  await chat(app, "InsuranceCheck", "p-17", ["yes", "M-204417", "March 5 1980", "no"]);
  await chat(app, "InsuranceCheck", "p-18");
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

/** Where a name must not be: the address, the window's title, and what the browser keeps. */
async function leaks(page: Page, word: string): Promise<string[]> {
  const kept = await page.evaluate(() => [location.href, document.title, JSON.stringify(localStorage), JSON.stringify(sessionStorage)]);
  return kept.filter((it) => it.toLowerCase().includes(word.toLowerCase()));
}

test("a user is found by words of the profile, and the search is there again after the way back", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Users" }).click();
  await page.getByRole("link", { name: "Ben Okafor" }).waitFor();
  await page.getByRole("searchbox").fill("lópez");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Ben Okafor" }).waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Ana López" }).waitFor();
  expect(await page.getByRole("link", { name: "Ben Okafor" }).count()).toBe(0);
  await audit(page, "users, found");
  await page.getByRole("link", { name: "Ana López" }).click();
  await page.getByRole("heading", { level: 1, name: "Ana López" }).waitFor();
  expect(await leaks(page, "López")).toEqual([]);
  // What is sensitive is shown to whoever asks.
  const show = page.getByRole("button", { name: "Show Date of birth" });
  await show.waitFor();
  expect(await page.getByText("Mar 5, 1980").count()).toBe(0);
  await show.click();
  await page.getByText("Mar 5, 1980").waitFor();
  await page.goBack();
  await page.getByRole("link", { name: "Ana López" }).waitFor();
  expect(await page.getByRole("searchbox").inputValue()).toBe("lópez");
  expect(await leaks(page, "López")).toEqual([]);
  await page.getByRole("searchbox").fill("nobody is called so");
  await page.keyboard.press("Enter");
  await page.getByText("No users match this filter.").waitFor();
  await audit(page, "users, filtered empty");
  expect(wrong).toEqual([]);
  await context.close();
});

test("fields and flags are changed, and changed back", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  const read = () => call<User>(app, "GET", "/api/v1/users/ext:p-17");
  await page.goto(`${app.url}/app/users/${ana.id}`);
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.getByLabel("City").fill("Lakeside");
  await page.getByLabel("Last name").fill("");
  await audit(page, "user, edited");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Lakeside").waitFor();
  // The note goes after a while, but not as long as somebody points at it.
  const undo = page.getByRole("region", { name: "Notifications" }).getByRole("button", { name: "Undo" });
  await undo.hover();
  expect((await read()).fields).toMatchObject({ user_city: "Lakeside" });
  expect((await read()).fields).not.toHaveProperty("user_lname");
  await undo.click();
  await page.getByText("Riverside", { exact: true }).waitFor();
  expect((await read()).fields).toMatchObject({ user_city: "Riverside", user_lname: "López" });

  await page.getByRole("button", { name: "Take off vip" }).click();
  await page.getByRole("button", { name: "Take off vip" }).waitFor({ state: "detached" });
  expect((await read()).flags).not.toContain("vip");
  // The note at the bottom goes; the list of changes stays.
  await page.getByRole("button", { name: "Recent changes" }).click();
  const taken = page.getByRole("menuitem", { name: /Flag “vip” is taken off/ });
  await taken.waitFor();
  await audit(page, "recent changes");
  await taken.click();
  await page.getByRole("button", { name: "Take off vip" }).waitFor();
  expect((await read()).flags).toContain("vip");
  await page.getByRole("combobox", { name: "Put on a flag" }).fill("call-back");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("button", { name: "Take off call-back" }).waitFor();
  expect((await read()).flags).toContain("call-back");
  expect(wrong).toEqual([]);
  await context.close();
});

test("a session is found by what was said, and read with its way through the boxes", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Logs" }).click();
  const sessions = page.getByRole("rowheader").getByRole("link");
  await expect.poll(() => sessions.count()).toBe(2);
  await page.getByRole("searchbox").fill("birth");
  await page.keyboard.press("Enter");
  await page.locator("mark").first().waitFor();
  expect(await leaks(page, "birth")).toEqual([]);
  await audit(page, "logs, found");
  await shoot(page, "logs-found");
  await page.getByRole("searchbox").fill("");
  // As many as the words found could be as many as the next filter lets through.
  await expect.poll(() => sessions.count()).toBe(2);
  await page.getByLabel("Bot", { exact: true }).selectOption("InsuranceCheck");
  await page.waitForURL(/bot=InsuranceCheck/);
  await expect.poll(() => sessions.count()).toBe(2);
  await page.getByLabel("Status").selectOption("ended");
  await page.waitForURL(/bot=InsuranceCheck.*status=ended|status=ended.*bot=InsuranceCheck/);
  await expect.poll(() => sessions.count()).toBe(1);
  await sessions.first().click();
  await page.getByRole("heading", { level: 1, name: "Insurance check" }).waitFor();
  await page.getByText("March 5 1980").or(page.getByText("•").first()).first().waitFor();
  await page.getByRole("switch", { name: "Boxes" }).check();
  await page.getByRole("rowheader", { name: "consent" }).waitFor();
  await audit(page, "one session");
  await shoot(page, "log");
  await page.goBack();
  await page.getByLabel("Status").selectOption("");
  await expect.poll(() => sessions.count()).toBe(2);
  const [first, second] = await sessions.evaluateAll((all) => all.map((it) => new URL((it as HTMLAnchorElement).href).pathname));
  await sessions.first().click();
  await page.waitForURL((it) => it.pathname === first);
  await page.getByRole("button", { name: "Next session in the list" }).click();
  await page.waitForURL((it) => it.pathname === second);
  await page.getByRole("button", { name: "Previous session in the list" }).click();
  await page.waitForURL((it) => it.pathname === first);
  expect(wrong).toEqual([]);
  await context.close();
});

test("what the list shows goes out as a file", async () => {
  const { page, context } = await signedIn(browser, app, { at: "logs?status=ended", size: "phone", theme: "dark" });
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByText("All sessions that match the filter.").waitFor();
  await audit(page, "export, phone, dark");
  await page.getByLabel("NDJSON").check();
  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  const lines = (await readFile(await (await coming).path(), "utf8")).trim().split("\n");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ user: { external_id: "p-17" }, session: { status: "ended" } });
  await context.close();
});

test("a person is erased once their id is typed, and is gone everywhere", async () => {
  const { page, context } = await signedIn(browser, app);
  const person = await addUser(app, "p-gone", { user_fname: "Gone" });
  await chat(app, "InsuranceCheck", "p-gone");
  await page.goto(`${app.url}/app/users/${person.id}`);
  await page.getByRole("button", { name: "Erase" }).click();
  await page.getByText("1 chat log is erased with it.").waitFor();
  await audit(page, "erase a person");
  await shoot(page, "user-erase");
  await page.getByLabel("Type p-gone to confirm").fill("p-gone");
  await page.getByRole("button", { name: "Erase for ever" }).click();
  await page.getByRole("heading", { level: 1, name: "Users" }).waitFor();
  await page.getByRole("link", { name: "Ana López" }).waitFor();
  expect(await page.getByRole("link", { name: "Gone" }).count()).toBe(0);
  await page.goto(`${app.url}/app/users/${person.id}`);
  await page.getByText("It is not there any more.").waitFor();
  await audit(page, "a user that is gone");
  await context.close();
});
