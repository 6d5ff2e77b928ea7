/** What becomes of a draft: tried out, published, looked at again, made live again. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { audit } from "./lib/audit.ts";
import { openBrowser, signedIn } from "./lib/browser.ts";
import { box, call, draftOf, makeBot, openBuilder, saved, write } from "./lib/builder.ts";
import { chat } from "./lib/calls.ts";
import { shoot } from "./lib/shot.ts";

let app: App;
let browser: Browser;
let insurer: Server;
const asked: string[] = [];
beforeAll(async () => {
  insurer = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    asked.push(body);
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ plan: "Gold" }));
  });
  await new Promise<void>((done) => insurer.listen(0, "127.0.0.1", done));
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
  insurer?.close();
});

/** member → check (External API) → today or later → end */
const insurance = () => ({
  start: "member",
  fields: [
    { name: "member", kind: "variable", type: "text" },
    { name: "plan", kind: "variable", type: "text" },
    { name: "day", kind: "variable", type: "date" },
  ],
  boxes: [
    { id: "member", type: "text", title: "Member", text: "What is your member number?", save_to: "member" },
    {
      id: "check",
      type: "external_api",
      title: "Check",
      method: "POST",
      url: `http://127.0.0.1:${(insurer.address() as AddressInfo).port}/check`,
      body: { member: "{member}" },
      map: { plan: "$.plan" },
    },
    { id: "day", type: "date", title: "Day", text: "You have {plan}. Which day?", save_to: "day" },
    { id: "failed", type: "end", title: "Failed", message: "The insurer does not answer." },
    { id: "past", type: "end", title: "Past", message: "That day is over." },
    { id: "bye", type: "end", title: "Bye", message: "See you on {day:iso}." },
  ],
  links: [
    { from: "member", to: "check" },
    { from: "check", to: "failed", when: { op: "api_failed" } },
    { from: "check", to: "day" },
    { from: "day", to: "past", when: { op: "before", value: "today" } },
    { from: "day", to: "bye" },
  ],
  layout: Object.fromEntries(
    ["member", "check", "day", "failed", "past", "bye"].map((id, place) => [id, { x: (place % 3) * 360, y: Math.floor(place / 3) * 260 }]),
  ),
});

test("the test chat answers calls by a sample and for real, goes back, begins at a box and pretends a time", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  await makeBot(page, "Insured", insurance());
  await openBuilder(page, app, "Insured");
  await page.getByRole("button", { name: "Test", exact: true }).click();
  const test = page.getByRole("complementary", { name: "Test chat" });
  const talk = test.getByRole("log", { name: "Conversation" });
  const reply = async (text: string): Promise<void> => {
    await test.getByRole("textbox", { name: "Reply" }).fill(text);
    await page.keyboard.press("Enter");
  };
  await talk.getByText("What is your member number?").waitFor();
  await reply("M-1");

  // The call stands still until somebody says what comes back.
  await test.getByText("The bot calls an External API").waitFor();
  await audit(page, "test chat, an External API is called");
  await shoot(page, "test-chat-call");
  await test.getByLabel("Answer (JSON)").fill('{"plan": "Silver"}');
  await test.getByRole("button", { name: "Answer with this" }).click();
  await talk.getByText("You have Silver. Which day?").waitFor();
  expect(asked).toEqual([]);

  // Back, and for real this time.
  await test.getByRole("button", { name: "Go back to before “M-1”" }).click();
  await talk.getByText("You have Silver. Which day?").waitFor({ state: "detached" });
  await reply("M-2");
  await test.getByRole("button", { name: "Call for real" }).click();
  await talk.getByText("You have Gold. Which day?").waitFor();
  expect(asked.map((it) => JSON.parse(it))).toEqual([{ member: "M-2" }]);
  const tab = async (name: string): Promise<void> => {
    await test.getByRole("tab", { name }).click();
    await test.getByRole("tabpanel", { name }).waitFor();
  };
  await tab("Variables");
  await test.getByRole("row").filter({ hasText: "plan" }).getByText("Gold").waitFor();
  await audit(page, "test chat, variables");
  await tab("Webhook");
  await audit(page, "test chat, webhook");
  await tab("JSON");
  await audit(page, "test chat, JSON");

  // From the box in the middle, years ahead: the same day is over then.
  await tab("Chat");
  await test.getByRole("button", { name: "Who, when, and calls" }).click();
  await test.getByLabel("Pretend it is").fill("2031-05-06T10:00");
  await audit(page, "test chat, settings");
  await shoot(page, "test-chat-settings");
  await test.getByRole("button", { name: "Who, when, and calls" }).click();
  // The test chat has made the canvas narrower: the box may be out of sight.
  await page.getByRole("button", { name: "Show everything" }).click();
  await box(page, "day").click();
  await page.getByRole("toolbar", { name: "Selected boxes" }).getByRole("button", { name: "Test from here" }).click();
  // It begins there: nothing of before is left, and nobody has said which plan it is.
  await talk.getByText("M-2").waitFor({ state: "detached" });
  await talk.getByText(/Which day\?/).waitFor();
  await reply("2030-01-02");
  await talk.getByText("That day is over.").waitFor();
  await tab("Trace");
  await test.getByRole("table").getByText("before").first().waitFor();
  await audit(page, "test chat, trace with a condition that held");
  await shoot(page, "test-chat-trace");
  expect(wrong).toEqual([]);
  await context.close();
});

test("what is published stays with running sessions, is looked at, restored, and made live again", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  await makeBot(page, "Greeter", {
    start: "hello",
    boxes: [
      { id: "hello", type: "yes_no", title: "Hello", text: "Shall we begin, as in one?" },
      { id: "bye", type: "end", title: "Bye", message: "Thank you, says one." },
    ],
    links: [{ from: "hello", to: "bye" }],
    layout: { hello: { x: 0, y: 0 }, bye: { x: 360, y: 0 } },
  });
  const publish = async (differs: string[] = []): Promise<void> => {
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Publish Greeter" });
    for (const sentence of differs) await dialog.getByRole("listitem").filter({ hasText: sentence }).waitFor();
    const act = dialog.getByRole("button", { name: /^Publish/ });
    await act.waitFor();
    const { findings } = await draftOf(page, "Greeter");
    if (findings.some((it) => it.severity === "warning")) await dialog.getByRole("checkbox").check();
    await audit(page, "publish");
    await shoot(page, "publish");
    await act.click();
    await dialog.waitFor({ state: "detached" });
  };
  await openBuilder(page, app, "Greeter");
  await publish();
  await page.locator('[data-live="1"]').waitFor();
  const running = await chat(app, "Greeter", "p-1");
  expect(running.messages.map((it) => it.text)).toEqual(["Shall we begin, as in one?"]);

  await write(page, "hello", "Shall we begin, as in two?");
  await write(page, "bye", "Thank you, says two.", /^Message/);
  await saved(page);
  await page.getByText(/^Draft \+/).waitFor();
  // The server says what is different, and the open session stays with what it began with.
  const { changes } = await call<{ changes: { sentence: string }[] }>(page, "GET", "bots/Greeter/compare?from=live&to=draft");
  expect(changes.map((it) => it.sentence)).toEqual(["The text of “Hello” is changed.", "The text of “Bye” is changed."]);
  await publish([...changes.map((it) => it.sentence), "Shall we begin, as in one?Shall we begin, as in two?"]);
  await page.locator('[data-live="2"]').waitFor();
  expect((await chat(app, "Greeter", "p-2")).messages.map((it) => it.text)).toEqual(["Shall we begin, as in two?"]);

  await page.getByRole("button", { name: "More", exact: true }).first().click();
  await page.getByRole("menuitem", { name: "Versions" }).click();
  const dialog = page.getByRole("dialog");
  const first = dialog.locator('[data-version="1"]');
  await first.waitFor();
  await first.getByText("one open session").waitFor();
  await audit(page, "versions");
  await shoot(page, "versions");

  // Compared with the draft, in the server's sentences too.
  await first.getByRole("button", { name: "Compare", exact: true }).click();
  await dialog.getByRole("listitem").filter({ hasText: "The text of “Hello” is changed." }).waitFor();
  await dialog.getByRole("listitem").filter({ hasText: "The text of “Bye” is changed." }).waitFor();
  await audit(page, "a version compared with the draft");
  await shoot(page, "compared");
  await dialog.getByRole("button", { name: "Back", exact: true }).click();

  // One that is live no more can be looked at.
  await first.getByRole("button", { name: "Look at" }).click();
  await page.getByText("You look at version 1. 2 boxes differ from the draft.").waitFor();
  await box(page, "hello").getByText("as in one").waitFor();
  await audit(page, "an old version");
  await shoot(page, "version");
  await page.getByRole("button", { name: "To the draft" }).click();
  await box(page, "hello").getByText("as in two").waitFor();

  // Live again, while the draft stays.
  const versions = async (act: string): Promise<void> => {
    await page.getByRole("button", { name: "More", exact: true }).first().click();
    await page.getByRole("menuitem", { name: "Versions" }).click();
    await first.getByRole("button", { name: act }).click();
    await dialog.getByRole("button", { name: "Back", exact: true }).waitFor();
  };
  await versions("Roll back live");
  await dialog.getByLabel("Note").fill("Two was wrong");
  await audit(page, "roll back");
  await dialog.getByRole("button", { name: "Roll back live" }).click();
  await page.locator('[data-live="3"]').waitFor();
  expect((await chat(app, "Greeter", "p-3")).messages.map((it) => it.text)).toEqual(["Shall we begin, as in one?"]);
  expect((await draftOf(page, "Greeter")).document.boxes[0].text).toBe("Shall we begin, as in two?");

  await versions("Restore as draft");
  await audit(page, "restore as draft");
  await dialog.getByRole("button", { name: "Restore as draft" }).click();
  await box(page, "hello").getByText("as in one").waitFor();
  expect((await draftOf(page, "Greeter")).document.boxes[0].text).toBe("Shall we begin, as in one?");
  expect(wrong).toEqual([]);
  await context.close();
});

test("errors keep a bot from being published, and warnings have to be accepted", async () => {
  const { page, context } = await signedIn(browser, app, { theme: "dark" });
  await makeBot(page, "Broken", {
    start: "hello",
    boxes: [
      { id: "hello", type: "message", title: "Hello", text: "" },
      { id: "lost", type: "end", title: "Lost" },
    ],
    links: [],
    layout: { hello: { x: 0, y: 0 }, lost: { x: 360, y: 0 } },
  });
  await openBuilder(page, app, "Broken");
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Publish Broken" });
  await dialog.getByText(/errors? ha(s|ve) to be fixed first/).waitFor();
  await expect.poll(() => dialog.getByRole("button", { name: /^Publish/ }).isDisabled()).toBe(true);
  await audit(page, "publish, errors, dark");
  await shoot(page, "publish-errors-dark");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await write(page, "hello", "Hello");
  await saved(page);
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const act = dialog.getByRole("button", { name: /^Publish/ });
  const accept = dialog.getByRole("checkbox");
  await accept.waitFor();
  await expect.poll(() => act.isDisabled()).toBe(true);
  await accept.check();
  await act.click();
  await page.locator('[data-live="1"]').waitFor();
  await context.close();
});
