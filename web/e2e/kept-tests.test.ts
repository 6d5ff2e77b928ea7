/** A conversation in the test chat that is kept as a test of the bot, and says when the bot no longer does that. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { audit } from "./lib/audit.ts";
import { openBrowser, signedIn } from "./lib/browser.ts";
import { call, makeBot, openBuilder, reloaded, saved, write } from "./lib/builder.ts";
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

interface Kept {
  tests: { name: string; steps: unknown[] }[];
}

test("a conversation is kept as a test, passes, and fails with its message once the draft says something else", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  await makeBot(page, "Kept", {
    start: "name",
    fields: [{ name: "caller", kind: "variable", type: "text" }],
    boxes: [
      { id: "name", type: "text", title: "Name", text: "Who is calling?", save_to: "caller" },
      { id: "bye", type: "end", title: "Bye", message: "Goodbye, {caller}." },
    ],
    links: [{ from: "name", to: "bye" }],
    layout: { name: { x: 0, y: 0 }, bye: { x: 360, y: 0 } },
  });
  await openBuilder(page, app, "Kept");
  await page.getByRole("button", { name: "Test", exact: true }).click();
  const chat = page.getByRole("complementary", { name: "Test chat" });
  const talk = chat.getByRole("log", { name: "Conversation" });
  await talk.getByText("Who is calling?").waitFor();
  await chat.getByRole("textbox", { name: "Reply" }).fill("Ana");
  await page.keyboard.press("Enter");
  await talk.getByText("Goodbye, Ana.").waitFor();

  await chat.getByRole("tab", { name: "Tests" }).click();
  await chat.getByText("No tests yet.").waitFor();
  await audit(page, "tests, none yet");
  await chat.getByLabel("Save this conversation as a test").fill("says goodbye");
  await chat.getByRole("button", { name: "Save", exact: true }).click();
  await chat.getByRole("listitem").filter({ hasText: "says goodbye" }).waitFor();
  const kept = await call<Kept>(page, "GET", "bots/Kept/tests");
  expect(kept.tests.map((it) => it.name)).toEqual(["says goodbye"]);
  expect(JSON.stringify(kept.tests[0]?.steps)).toContain("Goodbye, Ana.");

  await chat.getByRole("button", { name: "Run one test" }).click();
  await chat.getByText("1 of 1 passed").waitFor();
  await chat.getByRole("listitem").filter({ hasText: "says goodbye passed" }).waitFor();
  await audit(page, "tests, passed");
  await shoot(page, "tests-passed");

  // The draft says something else: the test says what came in its place.
  await chat.getByRole("button", { name: "Close" }).click();
  await write(page, "bye", "So long, {caller}.", /^Message/);
  await saved(page);
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await chat.getByRole("tab", { name: "Tests" }).click();
  await chat.getByRole("button", { name: "Run one test" }).click();
  await chat.getByText("0 of 1 passed").waitFor();
  const row = chat.getByRole("listitem").filter({ hasText: "says goodbye failed" });
  await row.getByText("So long, Ana.").waitFor();
  await audit(page, "tests, failed");
  await shoot(page, "tests-failed");

  // Publishing tells of it too; the test is there after a reload, and goes when it is removed.
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByRole("dialog", { name: "Publish Kept" }).getByText("So long, Ana.").waitFor();
  await audit(page, "publish with a test that fails");
  await reloaded(page, "Kept");
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await chat.getByRole("tab", { name: "Tests" }).click();
  await chat.getByRole("button", { name: "Remove says goodbye" }).click();
  await chat.getByText("No tests yet.").waitFor();
  expect((await call<Kept>(page, "GET", "bots/Kept/tests")).tests).toEqual([]);
  expect(wrong).toEqual([]);
  await context.close();
});
