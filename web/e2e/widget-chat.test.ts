/** Whole chats in the widget's page, and what must not get lost or doubled on the way. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { holdBack, openBrowser, openPage } from "./lib/browser.ts";
import { everyKind } from "./lib/everyKind.ts";
import { shoot } from "./lib/shot.ts";
import { type Chats, lines, openChat, startChats, stored } from "./lib/widget.ts";

let chats: Chats;
let browser: Browser;
beforeAll(async () => {
  [chats, browser] = await Promise.all([startChats(), openBrowser()]);
  await chats.publish(everyKind());
});
afterAll(async () => {
  await browser?.close();
  await chats?.close();
});

async function say(page: Page, text: string) {
  await page.locator(".box-text").fill(text);
  await page.locator(".box-text").press("Enter");
}

/** Waits for a question that was not met before, each of which has an element of its own; the lines before it come one by one. */
async function asksAnew(page: Page) {
  const question = page.locator(".ask:not([data-met])");
  await question.waitFor({ state: "attached" });
  await question.evaluate((it) => it.setAttribute("data-met", ""));
}

/** Waits for words of the bot; they may stand in any of its lines. */
const hears = (page: Page, words: string | RegExp) => page.locator(".from-bot, .system").filter({ hasText: words }).last().waitFor();

/** What is on the screen is what is stored: all of it, once, in its order. */
async function isWhole(page: Page) {
  await expect.poll(() => page.locator(".is-waiting, .is-sending, .is-sent").count()).toBe(0);
  const kept = await stored(chats);
  expect(kept.map((it) => it.seq)).toEqual(kept.map((_, at) => at + 1));
  await expect
    .poll(async () => (await page.locator(".log .bubble").count()) + (await page.locator(".log .system").count()))
    .toBe(kept.length);
  const said = kept.filter((it) => it.from === "user" && !/^(yes|no)$/.test(it.text)).map((it) => it.text);
  const shown = (await page.locator(".from-user .bubble").allInnerTexts()).map((it) => it.replace(/\s+/g, " ").replace(/^You: /, ""));
  return { said, shown };
}

/** Each a way through one of the ready-made bots: `[…]` is a button to press, `[#1]` the first, anything else is typed. */
const WAYS: Record<string, string[]> = {
  DoctorAppointment: [
    "[I agree]",
    "My knee hurts",
    "[No preference]",
    "December 10, 2026 at 10 am",
    "Ana Lopez",
    "213 373 4253",
    "[Yes]",
    "[No]",
  ],
  ContactUs: ["[Something else]", "Please call me about my bill", "[By e-mail]", "ana@example.com", "Ana Lopez"],
  SatisfactionSurvey: ["[Yes]", "[5Very good]", "[9]", "[No]"],
  PHQ9: ["[Yes]", "[I agree]", ...Array.from({ length: 9 }, () => "[Not at all]"), "[#1]", "[No]"],
  RefillRequest: [
    "[I agree]",
    "5/3/1980",
    "Lisinopril 10 mg",
    "12",
    "[No]",
    "[#1]",
    "Corner Pharmacy, Main Street",
    "213 373 4253",
    "[#1]",
  ],
  InsuranceCheck: ["[I agree]", "M-204417", "March 5 1980", "[No]"],
};

test.each(Object.entries(WAYS))("a whole chat with %s", async (bot, way) => {
  const { page, wrong } = await openChat(browser, chats, bot);
  for (const step of way) {
    const button = /^\[(.+)\]$/.exec(step)?.[1];
    await asksAnew(page);
    if (button === "#1") await page.locator(".ask button").first().click();
    else if (button) await page.locator(".ask button", { hasText: button }).first().click();
    else await say(page, step);
  }
  await page.locator(".over").filter({ hasText: "This chat has ended." }).waitFor();
  await shoot(page, `chat-${bot}`);
  await isWhole(page);
  await page.getByRole("button", { name: "Start a new chat" }).click();
  await expect.poll(() => page.locator(".from-user").count()).toBe(0);
  await page.locator(".ask button").first().waitFor();
  expect(wrong).toEqual([]);
});

test("a reload in mid-chat goes on with the same chat", async () => {
  const { page } = await openChat(browser, chats, "ContactUs");
  await page.locator(".ask button", { hasText: "Something else" }).click();
  await hears(page, "Nobody from our team is free");
  const before = await lines(page);
  await page.reload();
  await page.locator(".from-user").first().waitFor();
  await expect.poll(async () => (await lines(page)).length).toBe(before.length);
  await say(page, "Please call me");
  await page.locator(".ask .choice").first().waitFor();
  await isWhole(page);
});

test("what is said without a connection is kept, and arrives in its order, once", async () => {
  const { page, context } = await openChat(browser, chats, "ContactUs");
  await page.locator(".ask button", { hasText: "Something else" }).click();
  await hears(page, "Nobody from our team is free");
  await context.setOffline(true);
  await page.locator(".composer-note", { hasText: "No connection" }).waitFor();
  for (const text of ["first words", "ana@example.com", "third words"]) await say(page, text);
  await expect.poll(() => page.locator(".from-user .when", { hasText: "Waiting for the connection" }).count()).toBeGreaterThan(0);
  await shoot(page, "chat-offline");
  await expect.poll(() => page.locator(".from-user .bubble").count()).toBe(4);
  await context.setOffline(false);
  const { shown } = await isWhole(page);
  expect(shown.slice(-3)).toEqual(["first words", "ana@example.com", "third words"]);
  await page.locator(".composer-note").waitFor({ state: "detached" });
});

test("a request that is cut after the server has acted says nothing twice", async () => {
  const { page } = await openChat(browser, chats, "ContactUs");
  await page.locator(".ask button", { hasText: "Something else" }).click();
  await hears(page, "Nobody from our team is free");
  let cut = 0;
  await page.route("**/messages", async (route) => {
    // The message goes through; its answer does not come back.
    await route.fetch();
    cut += 1;
    if (cut < 3) await route.abort("connectionreset");
    else await route.continue();
  });
  await say(page, "only once");
  await page.locator(".ask .choice").first().waitFor();
  await expect.poll(() => cut).toBeGreaterThan(0);
  const { said } = await isWhole(page);
  expect(said.filter((it) => it === "only once")).toHaveLength(1);
});

test("a server that dies in mid-chat and comes back loses nothing", async () => {
  const { page } = await openChat(browser, chats, "ContactUs");
  await page.locator(".ask button", { hasText: "Something else" }).click();
  await hears(page, "Nobody from our team is free");
  await chats.kill();
  await page.locator(".composer-note").waitFor();
  await say(page, "are you there?");
  await say(page, "I write on");
  await chats.start();
  await expect.poll(() => page.locator(".composer-note").count()).toBe(0);
  const { shown } = await isWhole(page);
  expect(shown.slice(-2)).toEqual(["are you there?", "I write on"]);
});

test("a refusal says why, keeps the words, and can be tried again", async () => {
  const { page } = await openChat(browser, chats, "ContactUs");
  await page.locator(".ask button", { hasText: "Something else" }).click();
  await hears(page, "Nobody from our team is free");
  let answers = 0;
  const problem = (status: number, code: string, headers = {}) => ({
    status,
    contentType: "application/problem+json",
    headers,
    body: JSON.stringify({ status, code, title: code, detail: code }),
  });
  await page.route("**/messages", async (route) => {
    answers += 1;
    if (answers === 1) await route.fulfill(problem(422, "invalid_request"));
    else if (answers === 2) await route.fulfill(problem(429, "too_many_requests", { "Retry-After": "2" }));
    else await route.continue();
  });
  await say(page, "my words");
  const refused = page.locator(".refused");
  await refused.waitFor();
  await shoot(page, "chat-refused");
  // It stands there for two seconds only, so it is looked for beforehand.
  const told = page.locator(".composer-note", { hasText: "Please wait" }).waitFor();
  await refused.getByRole("button", { name: "Try again" }).click();
  await told;
  await page.locator(".ask .choice").first().waitFor();
  const { said } = await isWhole(page);
  expect(said.filter((it) => it === "my words")).toHaveLength(1);
});

test("a start that is refused because of too many says when to come again", async () => {
  const { page } = await openChat(browser, chats, "EveryKind");
  await page.locator(".ask button").first().waitFor();
  let starts = 0;
  await page.route("**/visitor/sessions", async (route) => {
    starts += 1;
    if (starts > 1) return route.continue();
    const body = JSON.stringify({ status: 429, code: "too_many_requests", title: "", detail: "" });
    return route.fulfill({ status: 429, headers: { "Retry-After": "2" }, contentType: "application/problem+json", body });
  });
  await page.getByRole("button", { name: "More" }).click();
  // It stands there for two seconds only, so it is looked for beforehand.
  const told = page.locator(".over", { hasText: "Please wait" }).waitFor();
  await page.getByRole("button", { name: "Start again" }).click();
  await told;
  await page.locator(".over", { hasText: "could not be started" }).waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator(".ask button").first().waitFor();
});

test("an answer that does not fit is asked for again, and stands there to be mended", async () => {
  const { page } = await openChat(browser, chats, "ContactUs");
  await page.locator(".ask button", { hasText: "Something else" }).click();
  await hears(page, "Nobody from our team is free");
  await say(page, "Please write to me");
  await page.locator(".ask button", { hasText: "By e-mail" }).click();
  await page.locator('[inputmode="email"]').waitFor();
  await say(page, "ana at example");
  await hears(page, "such as name@example.com");
  await expect.poll(() => page.locator(".box-text").inputValue()).toBe("ana at example");
});

test("a number out of range is not sent, and the error belongs to the box", async () => {
  const bot = { ...everyKind(), function_id: "AgeOnly", start: "age", boxes: undefined, links: undefined };
  const boxes = [
    { id: "age", type: "number", text: "How old are you?", min: 0, max: 120, unit: "years" },
    { id: "bye", type: "end", message: "Thank you" },
  ];
  await chats.publish({ ...bot, boxes, links: [{ from: "age", to: "bye" }] });
  const { page } = await openChat(browser, chats, "AgeOnly");
  await page.locator(".unit").waitFor();
  await say(page, "300");
  await page.locator("#composer-error", { hasText: "from 0 to 120" }).waitFor();
  await expect.poll(() => page.locator(".box-text").getAttribute("aria-describedby")).toContain("composer-error");
  await expect.poll(() => page.locator(".box-text").inputValue()).toBe("300");
  await say(page, "forty two");
  await page.locator(".over").waitFor();
});

test("a text of a bot or a visitor is never markup", async () => {
  const evil = "<img src=x onerror=\"document.title='caught'\"> [x](javascript:document.title='caught') **bold**";
  const boxes = [
    { id: "a", type: "message", text: evil },
    { id: "b", type: "text", text: "And you?" },
    { id: "c", type: "end", message: "Bye" },
  ];
  const links = [
    { from: "a", to: "b" },
    { from: "b", to: "c" },
  ];
  await chats.publish({ ...everyKind(), function_id: "Evil", name: "Evil", start: "a", boxes, links });
  const { page, wrong } = await openChat(browser, chats, "Evil");
  await page.locator(".box-text").waitFor();
  await say(page, evil);
  await page.locator(".over").waitFor();
  expect(await page.locator(".log img, .log a").count()).toBe(0);
  expect(await page.locator(".from-bot .bubble strong").textContent()).toBe("bold");
  expect(await page.title()).toBe("Evil");
  expect(wrong).toEqual([]);
});

test("who opens the menu before anything is asked is not taken out of it by the first question", async () => {
  const { page } = await openPage(browser);
  const letGo = await holdBack(page, "**/visitor/sessions");
  await page.goto(`${chats.url}/chat/${chats.workspace}/ContactUs`);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
  // Until then the focus waits in the conversation.
  await expect.poll(focused).toBe("Conversation");
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("button", { name: "Start again" }).waitFor();
  letGo();
  await page.locator(".ask button").first().waitFor();
  // Two frames later all that the question brings with it has happened.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0)))));
  expect(await focused()).toBe("More");
  expect(await page.getByRole("button", { name: "Start again" }).isVisible()).toBe(true);
});

test("the menu speaks other languages, makes letters larger, keeps the conversation and ends it", async () => {
  const { page } = await openChat(browser, chats, "ContactUs");
  await page.locator(".ask button").first().waitFor();
  const menu = page.locator(".menu > button");
  await menu.click();
  await page.locator(".menu-language select").selectOption("ar");
  await expect.poll(() => page.locator("html").getAttribute("dir")).toBe("rtl");
  await page.locator(".menu-language select").selectOption("en");
  await page.getByRole("button", { name: "Larger text" }).click();
  await expect.poll(() => page.locator("html").evaluate((it) => getComputedStyle(it).fontSize)).toBe("20px");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save the conversation" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("chat.txt");
  await menu.click();
  await page.getByRole("button", { name: "End this chat" }).click();
  await page.locator(".over", { hasText: "This chat has ended." }).waitFor();
});
