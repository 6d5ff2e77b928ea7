/** What agents set for their chats: canned replies, opening hours, by what they are told; and the bots that answer questions. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { audit } from "./lib/audit.ts";
import { openBrowser, signedIn } from "./lib/browser.ts";
import { call, draftOf, saved } from "./lib/builder.ts";
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

test("a canned reply is added, changed and removed", async () => {
  const { page, context, wrong } = await signedIn(browser, app, { at: "settings/canned-replies" });
  await page.getByText("There are no canned replies yet.").waitFor();
  await page.getByRole("button", { name: "Add canned reply" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("A name is needed.").waitFor();
  await audit(page, "canned replies, refused");
  await dialog.getByLabel("Name").fill("opening hours");
  await dialog.getByLabel("Text").fill("We are open from 8 to 17, {user_fname}.");
  await dialog.getByLabel("Language").selectOption("en");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("row").filter({ hasText: "opening hours" }).getByText("English").waitFor();
  await audit(page, "canned replies");
  await shoot(page, "canned-replies");
  await page.getByRole("button", { name: "Edit “opening hours”" }).click();
  await dialog.getByLabel("Only for me").check();
  await dialog.getByLabel("Language").selectOption("");
  await dialog.getByRole("button", { name: "Save" }).click();
  // The row is there before the dialog has gone.
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("row").filter({ hasText: "opening hours" }).getByText("Only mine").waitFor();
  await page.getByRole("button", { name: "Remove “opening hours”" }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await page.getByText("There are no canned replies yet.").waitFor();
  expect(wrong).toEqual([]);
  await context.close();
});

test("opening hours are kept day by day, and what contradicts itself is told beside the day", async () => {
  const { page, context, wrong } = await signedIn(browser, app, { at: "settings/opening-hours" });
  await page.getByLabel("Always open").uncheck();
  await page.getByLabel("Monday, to").fill("07:00");
  await page.getByText("The end is not after the beginning.").waitFor();
  expect(await page.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
  await audit(page, "opening hours, refused");
  await page.getByLabel("Monday, to").fill("12:00");
  await page.getByRole("button", { name: "Add hours on Monday" }).click();
  await page.getByRole("button", { name: "Add a closed day" }).click();
  await page.getByLabel("Day", { exact: true }).fill("2026-12-25");
  await page.getByLabel("Name (optional)").fill("Christmas");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("All changes are saved.").waitFor();
  const { opening_hours } = await call<{ opening_hours: { weekly: unknown[]; closed: unknown[] } }>(page, "GET", "settings");
  expect(opening_hours.weekly).toHaveLength(6);
  expect(opening_hours.weekly).toContainEqual({ day: "mon", from: "13:00", to: "16:00" });
  expect(opening_hours.closed).toEqual([{ date: "2026-12-25", note: "Christmas" }]);
  await audit(page, "opening hours");
  await shoot(page, "opening-hours");
  await page.reload();
  await expect.poll(() => page.getByLabel("Monday, to").count()).toBe(2);
  expect(wrong).toEqual([]);
  await context.close();
});

test("by what one is told is one's own choice, here and on the server", async () => {
  const { page, context, wrong } = await signedIn(browser, app, { at: "account" });
  await page.getByLabel("New message in one of your chats: Sound").check();
  const mail = page.getByLabel("A chat has started: E-mail");
  const mailed = !(await mail.isChecked());
  await mail.setChecked(mailed);
  await page.getByLabel("Quiet hours").check();
  await page.getByLabel("From", { exact: true }).fill("21:00");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Notifications saved").waitFor();
  await audit(page, "account, notifications");
  await shoot(page, "notifications");
  await page.reload();
  await expect.poll(() => page.getByLabel("New message in one of your chats: Sound").isChecked()).toBe(true);
  const kept = await call<{ email: { chat_started: boolean }; quiet_hours: unknown }>(page, "GET", "me/notifications");
  expect(kept.email.chat_started).toBe(mailed);
  expect(kept.quiet_hours).toMatchObject({ from: "21:00", to: "07:00" });
  expect(wrong).toEqual([]);
  await context.close();
});

test("a FAQ bot is made, tried, saved by itself and published with what changed", async () => {
  const { page, context, wrong } = await signedIn(browser, app, { at: "bots" });
  await page.getByRole("button", { name: "New bot" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Common questions");
  await dialog.getByLabel("Questions and answers").check();
  await audit(page, "a new FAQ bot");
  await dialog.getByRole("button", { name: "Make the bot" }).click();
  await page.getByRole("heading", { level: 1, name: "Common questions" }).waitFor();
  await page.getByRole("button", { name: "Add a question" }).click();
  // The new one stands before the others.
  const first = page.getByRole("textbox", { name: "Question", exact: true }).first();
  await expect.poll(() => first.inputValue()).toBe("");
  await first.fill("Where can I park?");
  await page.getByRole("textbox", { name: "Answer" }).first().fill("Behind the building, for free.");
  const ways = page.getByLabel("Other ways to ask it").and(page.locator("input")).first();
  await ways.fill("parking lot");
  await ways.press("Enter");
  const asked = page.getByRole("region", { name: "Try it" });
  await asked.getByRole("textbox", { name: "Question" }).fill("where is the parking lot");
  await asked.getByRole("button", { name: "Ask" }).click();
  await asked.getByText("Behind the building, for free.").waitFor();
  await audit(page, "a FAQ bot");
  await shoot(page, "faq");
  await saved(page);
  const functionId = page.url().split("/").at(-1) ?? "";
  const questions = async () => (await draftOf(page, functionId)).document.entries.map((it: { question: string }) => it.question);
  expect(await questions()).toEqual(["Where can I park?", "When are you open?"]);
  const publishing = page.getByRole("dialog", { name: "Publish Common questions" });
  const publish = async (changed: string | null) => {
    await page.getByRole("button", { name: "Publish" }).click();
    if (changed) await publishing.getByText(changed).waitFor();
    await publishing.getByRole("button", { name: "Publish" }).and(page.locator(":enabled")).waitFor();
    await audit(page, `publish a FAQ bot, ${changed ?? "for the first time"}`);
    await shoot(page, `faq-publish-${changed ? "again" : "first"}`);
    await publishing.getByRole("button", { name: "Publish" }).click();
    await publishing.waitFor({ state: "detached" });
  };
  await publish(null);
  expect((await draftOf(page, functionId)).bot.live_version).toBe(1);
  await page.getByRole("textbox", { name: "Answer" }).first().fill("In front of the building.");
  // What is not saved yet is saved before it is published.
  await publish("The answer to “Where can I park?” is changed.");
  const { bot, document } = await draftOf(page, functionId);
  expect(bot.live_version).toBe(2);
  expect(document.entries[0].answer).toBe("In front of the building.");

  // What was typed a moment before one goes elsewhere is there again.
  await page.getByRole("textbox", { name: "Greeting" }).fill("Ask me anything.");
  await page.getByRole("main").getByRole("link", { name: "Chatbots" }).click();
  await page.getByRole("link", { name: "Common questions" }).click();
  await expect.poll(() => page.getByRole("textbox", { name: "Greeting" }).inputValue()).toBe("Ask me anything.");
  await saved(page);
  expect((await draftOf(page, functionId)).document.greeting).toBe("Ask me anything.");
  expect(wrong).toEqual([]);
  await context.close();
});

test("the chit-chat of the workspace is kept", async () => {
  const { page, context, wrong } = await signedIn(browser, app, { at: "settings/chit-chat" });
  await page.getByRole("checkbox", { name: "Bots chat" }).waitFor();
  const entries = page.getByRole("heading", { level: 3 });
  const before = await entries.count();
  await page.getByRole("button", { name: "Add chit-chat" }).click();
  await expect.poll(() => entries.count()).toBe(before + 1);
  const says = page.getByLabel("What users say").and(page.locator("input")).last();
  await says.fill("merci");
  await says.press("Enter");
  await page.getByRole("textbox", { name: "Answer" }).last().fill("You are welcome.");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Chit-chat saved").waitFor();
  await audit(page, "chit-chat");
  await shoot(page, "chit-chat");
  const kept = await call<{ entries: { phrases: string[]; answer: string }[] }>(page, "GET", "chit_chat");
  expect(kept.entries).toHaveLength(before + 1);
  expect(kept.entries.at(-1)).toMatchObject({ phrases: ["merci"], answer: "You are welcome." });
  expect(wrong).toEqual([]);
  await context.close();
});

test("two people who change the same questions keep what each did, and decide what both changed", async () => {
  const one = await signedIn(browser, app);
  const entries = [
    { id: "q1", question: "When are you open?", answer: "From 8 to 5." },
    { id: "q2", question: "Where are you?", answer: "At the river." },
  ];
  const document = { format: "smartbot/1", function_id: "Shared", name: "Shared", type: "faq", language: "en", entries };
  await call(one.page, "POST", "bots", { document });
  await one.page.goto(`${app.url}/app/bots/Shared`);
  const two = await signedIn(browser, app, { at: "bots/Shared" });
  const answer = (page: Page, at: number) => page.getByRole("textbox", { name: "Answer" }).nth(at);
  await answer(one.page, 1).waitFor();
  await answer(two.page, 1).fill("At the lake.");
  await saved(two.page);
  await answer(one.page, 0).fill("From 7 to 5.");
  await saved(one.page);
  await expect.poll(() => answer(one.page, 1).inputValue()).toBe("At the lake.");
  await answer(two.page, 0).fill("From 9 to 5.");
  await two.page.getByText("Somebody else changed the same").waitFor();
  await audit(two.page, "FAQ, a conflict");
  await shoot(two.page, "faq-conflict");
  await two.page.getByText("Take the other").click();
  await two.page.getByRole("button", { name: "Save so" }).click();
  await saved(two.page);
  expect((await draftOf(two.page, "Shared")).document.entries.map((it: { answer: string }) => it.answer)).toEqual([
    "From 7 to 5.",
    "At the lake.",
  ]);
  for (const { wrong } of [one, two]) expect(wrong).toEqual([]);
});
