/** CHATS: agents and visitors, each in a browser of their own, against the real server. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { audit } from "./lib/audit.ts";
import { openBrowser, THEMES, wear } from "./lib/browser.ts";
import { call } from "./lib/calls.ts";
import {
  addAgent,
  atDesk,
  type Desk,
  logOf,
  note,
  openRow,
  reply,
  row,
  say,
  seqs,
  startDesk,
  takeOverButton,
  visitor,
  type Who,
} from "./lib/desk.ts";
import { shoot } from "./lib/shot.ts";

let app: Desk;
let browser: Browser;
let dana: Who;
let lee: Who;
let limited: Who;
beforeAll(async () => {
  [app, browser] = await Promise.all([startDesk(), openBrowser()]);
  dana = await addAgent(app, "Dana");
  lee = await addAgent(app, "Lee");
  limited = await addAgent(app, "Mia", { limited_to_flags: ["billing"] });
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

test("a chat that needs a person appears by itself; of two who take it one wins, and the visitor talks with that one alone", async () => {
  const agents = await Promise.all([atDesk(browser, app, dana), atDesk(browser, app, lee)]);
  await agents[0].page.getByText("All quiet").waitFor();
  const guest = await visitor(browser, app);
  const { session: id } = guest;
  await Promise.all(agents.map(({ page }) => openRow(page, id)));
  // Before that nobody can write to the visitor by mistake.
  expect(await agents[0].page.getByRole("button", { name: "Reply", exact: true }).isDisabled()).toBe(true);
  // Within the same moment: neither call reaches the server before both have pressed, else the button is gone from under who is slower.
  const pressed = agents.map(({ page }) => page.waitForRequest((it) => it.url().endsWith("/take_over")));
  for (const { page } of agents)
    await page.route("**/take_over", async (route) => {
      await Promise.all(pressed);
      await route.continue();
    });
  await Promise.all(agents.map(({ page }) => takeOverButton(page).click()));
  await expect.poll(async () => (await Promise.all(agents.map(({ page }) => reply(page).count()))).reduce((a, b) => a + b)).toBe(1);
  const danaWon = (await reply(agents[0].page).count()) === 1;
  const [winner, loser] = danaWon ? [agents[0], agents[1]] : [agents[1], agents[0]];
  await loser.page.getByText(`${danaWon ? "Dana" : "Lee"} took this chat`).waitFor();
  await audit(loser.page, "desk, somebody was faster");
  await shoot(loser.page, "desk-lost");
  await expect.poll(() => winner.page.evaluate(() => document.activeElement?.tagName)).toBe("TEXTAREA");

  await reply(winner.page).fill("Hello, how can I help you?");
  await winner.page.getByRole("button", { name: "Send to visitor" }).click();
  await guest.page.locator(".log .bubble", { hasText: "Hello, how can I help you?" }).waitFor();
  await say(guest.page, "My chest hurts");
  await winner.page.locator('[data-from="user"]', { hasText: "My chest hurts" }).waitFor();

  // The note has a draft of its own, and never comes near the visitor.
  await reply(winner.page).fill("half a reply");
  await winner.page.getByRole("button", { name: "Private note" }).click();
  expect(await note(winner.page).inputValue()).toBe("");
  await note(winner.page).fill("Called before, a fictitious complaint");
  await winner.page.getByRole("button", { name: "Add note" }).click();
  await winner.page.getByText("Private note of").waitFor();
  await loser.page.getByText("Called before, a fictitious complaint").waitFor();
  await winner.page.getByRole("button", { name: "Reply", exact: true }).click();
  expect(await reply(winner.page).inputValue()).toBe("half a reply");
  await audit(winner.page, "desk, a chat of one's own");
  await shoot(winner.page, "desk");
  await winner.page.getByRole("button", { name: "Send to visitor" }).click();
  await guest.page.locator(".log .bubble", { hasText: "half a reply" }).waitFor();
  expect(await guest.page.content()).not.toContain("fictitious");
  const told = await call(app, "GET", `/api/v1/sessions/${id}/messages?after_seq=0`, undefined, app.botsManagement);
  expect(JSON.stringify(told)).not.toContain("fictitious");
  expect((await logOf(app, id)).notes.map((it) => it.text)).toEqual(["Called before, a fictitious complaint"]);

  await winner.page.getByRole("button", { name: "Hand back" }).click();
  await winner.page.getByRole("dialog").waitFor();
  await audit(winner.page, "desk, hand back");
  await winner.page.getByRole("dialog").getByRole("button", { name: "Hand back" }).click();
  await guest.page.locator(".log .bubble", { hasText: "Thank you for talking with us" }).waitFor();
  const { messages } = await logOf(app, id);
  expect(messages.map((it) => it.seq)).toEqual(messages.map((_, at) => at + 1));
  for (const { wrong } of [...agents, guest]) expect(wrong).toEqual([]);
  for (const { context } of [...agents, guest]) await context.close();
});

test("by keyboard alone: pick a chat, take it over, answer by a canned reply, put on a flag, transfer it", async () => {
  const one = await atDesk(browser, app, dana);
  const other = await atDesk(browser, app, lee);
  const guest = await visitor(browser, app);
  const { page } = one;
  await page.evaluate(async () => {
    const headers = { "Content-Type": "application/json", "X-Requested-With": "SmartBot" };
    const body = JSON.stringify({ name: "opening hours", text: "We are open from 8 to 17, {user_fname}." });
    const answer = await fetch("/api/v1/desk/canned_replies", { method: "POST", headers, body });
    if (!answer.ok) throw new Error(await answer.text());
  });
  await page.reload();
  await row(page, guest.session).waitFor();
  const { keyboard } = page;
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent);
  await page.getByRole("heading", { level: 1 }).focus();
  const waiting = await page.locator("[data-chat]").evaluateAll((all) => all.map((it) => it.getAttribute("data-chat")));
  for (const id of waiting.slice(0, waiting.indexOf(guest.session) + 1)) {
    await keyboard.press("j");
    // The next key goes on from the chat that is drawn as the open one, which comes after its address.
    await page.locator(`[data-chat="${id}"][data-open="true"]`).waitFor();
  }
  await page.getByRole("log", { name: "Transcript" }).waitFor();
  await keyboard.press("F6");
  await page.locator("[data-take-over]").waitFor();
  // From the note, which is all that is open so far, to the button before it.
  while ((await focused()) !== "Take over") await keyboard.press("Shift+Tab");
  await keyboard.press("Enter");
  await expect.poll(focused).toBe("Reply to the visitor");
  await keyboard.type("Good day, /hou");
  await page.getByRole("listbox", { name: "Canned replies" }).waitFor();
  await audit(page, "desk, canned replies");
  await shoot(page, "desk-canned");
  await keyboard.press("Enter");
  await expect.poll(() => reply(page).inputValue()).toBe("Good day, We are open from 8 to 17, {user_fname}.");
  await page.getByText("Still to fill in: user_fname").waitFor();
  await keyboard.press("Enter");
  await guest.page.locator(".log .bubble", { hasText: "We are open from 8 to 17" }).waitFor();

  await keyboard.press("F6");
  while ((await focused()) !== "Put on a flag") await keyboard.press("Tab");
  await keyboard.type("urgent");
  await keyboard.press("Enter");
  await page.getByRole("button", { name: "Take off urgent" }).waitFor();

  // An offer stands for a minute: Lee looks there already.
  await other.page.getByRole("button", { name: /^Mine/ }).click();
  await other.page.getByText("You have no chats.").waitFor();
  await keyboard.press("Shift+F6");
  while ((await focused()) !== "Transfer") await keyboard.press("Shift+Tab");
  await keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Transfer this chat" });
  const isFocused = (it: Element) => it === document.activeElement;
  await expect.poll(() => dialog.locator("[data-autofocus]").evaluate(isFocused)).toBe(true);
  await audit(page, "desk, transfer");
  await shoot(page, "desk-transfer");
  await keyboard.press("Tab");
  const to = dialog.getByRole("combobox");
  // Letters choose among what is there.
  await to.locator("option", { hasText: /^Lee/ }).waitFor({ state: "attached" });
  await keyboard.type("Lee");
  await expect.poll(() => to.evaluate((it: HTMLSelectElement) => it.selectedOptions[0]?.text)).toMatch(/^Lee/);
  await keyboard.press("Tab");
  await keyboard.type("Asks for the hours");
  await keyboard.press("Tab");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await page.getByText("Offered to Lee").waitFor();

  await row(other.page, guest.session).click();
  await other.page.getByText("Dana wants to give you this chat.").waitFor();
  await other.page.getByText("Asks for the hours").waitFor();
  await audit(other.page, "desk, an offer");
  await shoot(other.page, "desk-offer");
  await other.page.getByRole("button", { name: "Accept" }).click();
  await reply(other.page).fill("Lee here");
  await other.page.keyboard.press("Enter");
  await guest.page.locator(".log .bubble", { hasText: "Lee here" }).waitFor();
  await page.getByText("Lee has this chat.").waitFor();
  await other.page.getByRole("button", { name: "Close", exact: true }).click();
  await other.page.getByRole("button", { name: "Close the chat" }).click();
  await other.page.getByText("This chat is over.").waitFor();
  for (const { wrong } of [one, other, guest]) expect(wrong).toEqual([]);
  for (const { context } of [one, other, guest]) await context.close();
});

describe("in mid-chat", () => {
  test("a stream that is cut is whole again, and what was said meanwhile is there once and in its order", async () => {
    const agent = await atDesk(browser, app, dana);
    const guest = await visitor(browser, app);
    const { session: id } = guest;
    await openRow(agent.page, id);
    await takeOverButton(agent.page).click();
    await reply(agent.page).waitFor();
    await agent.context.setOffline(true);
    await agent.page.getByText("Live updates lost").waitFor();
    await say(guest.page, "are you there?");
    await reply(agent.page).fill("kept until then");
    await agent.page.keyboard.press("Enter");
    await agent.page.getByText("Waits for the connection").waitFor();
    await audit(agent.page, "desk, no connection");
    await shoot(agent.page, "desk-offline");
    await agent.context.setOffline(false);
    await agent.page.locator('[data-from="user"]', { hasText: "are you there?" }).waitFor();
    await guest.page.locator(".log .bubble", { hasText: "kept until then" }).waitFor();
    await expect.poll(() => agent.page.locator("[data-pending]").count()).toBe(0);
    const { messages } = await logOf(app, id);
    expect(messages.map((it) => it.seq)).toEqual(messages.map((_, at) => at + 1));
    expect(messages.filter((it) => it.text === "kept until then")).toHaveLength(1);
    const shown = messages.filter((it) => it.from !== "system").map((it) => it.seq);
    await expect.poll(() => seqs(agent.page)).toEqual(shown);
    for (const { context } of [agent, guest]) await context.close();
  });

  test("a server that dies and comes back loses nothing on either side", async () => {
    const agent = await atDesk(browser, app, dana);
    const guest = await visitor(browser, app);
    const { session: id } = guest;
    await openRow(agent.page, id);
    await takeOverButton(agent.page).click();
    await reply(agent.page).fill("before it");
    await agent.page.keyboard.press("Enter");
    await guest.page.locator(".log .bubble", { hasText: "before it" }).waitFor();
    await app.kill();
    await agent.page.getByText("Live updates lost").waitFor();
    await reply(agent.page).fill("while it was away");
    await agent.page.keyboard.press("Enter");
    await say(guest.page, "hello?");
    await app.start();
    await guest.page.locator(".log .bubble", { hasText: "while it was away" }).waitFor();
    await agent.page.locator('[data-from="user"]', { hasText: "hello?" }).waitFor();
    await expect.poll(() => agent.page.getByText("Live updates lost").count()).toBe(0);
    await expect.poll(() => agent.page.locator("[data-pending]").count()).toBe(0);
    const { messages } = await logOf(app, id);
    expect(messages.map((it) => it.seq)).toEqual(messages.map((_, at) => at + 1));
    for (const text of ["before it", "while it was away", "hello?"]) expect(messages.filter((it) => it.text === text)).toHaveLength(1);
    await expect.poll(() => seqs(agent.page)).toEqual(messages.filter((it) => it.from !== "system").map((it) => it.seq));
    for (const { context } of [agent, guest]) await context.close();
  });
});

test("files go both ways, and are saved, never shown as pages", async () => {
  const agent = await atDesk(browser, app, dana);
  const guest = await visitor(browser, app);
  await openRow(agent.page, guest.session);
  await takeOverButton(agent.page).click();
  await reply(agent.page).waitFor();
  const pixel = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
  await guest.page.locator('.composer input[type="file"]').setInputFiles({ name: "rash.png", mimeType: "image/png", buffer: pixel });
  const link = agent.page.getByRole("link", { name: /rash\.png/ });
  await link.waitFor();
  const answer = await agent.page.request.get(new URL((await link.getAttribute("href")) ?? "", app.url).href);
  expect(answer.headers()["content-disposition"]).toMatch(/^attachment/);
  expect((await answer.body()).equals(pixel)).toBe(true);
  const pdf = Buffer.from("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");
  await agent.page.locator("[data-attach]").setInputFiles({ name: "plan.pdf", mimeType: "application/pdf", buffer: pdf });
  const card = guest.page.getByRole("button", { name: /plan\.pdf/ });
  await card.waitFor();
  const coming = guest.page.waitForEvent("download");
  await card.click();
  expect((await coming).suggestedFilename()).toBe("plan.pdf");
  await audit(agent.page, "desk, files");
  await shoot(agent.page, "desk-files");
  await shoot(guest.page, "desk-files-visitor");
  for (const { context } of [agent, guest]) await context.close();
});

test("an agent who is limited to a flag sees the chats of users who carry it, and no other, whatever way is tried", async () => {
  const agent = await atDesk(browser, app, dana);
  const guest = await visitor(browser, app);
  const mia = await atDesk(browser, app, limited, {}, "all");
  const { session: id } = guest;
  await openRow(agent.page, id);
  await mia.page.getByText("No chats are open.").waitFor();
  expect(await row(mia.page, id).count()).toBe(0);
  await mia.page.goto(`${app.url}/app/chats/${id}`);
  await mia.page.getByText("It is not there any more.").waitFor();
  await audit(mia.page, "desk, a chat that is not for one");
  await agent.page.getByRole("combobox", { name: "Put on a flag" }).fill("billing");
  await agent.page.keyboard.press("Enter");
  await agent.page.getByRole("button", { name: "Take off billing" }).waitFor();
  await mia.page.goto(`${app.url}/app/chats?list=all`);
  await row(mia.page, id).waitFor();
  expect(await mia.page.locator("[data-chat]").count()).toBe(1);
  for (const { context } of [guest, agent, mia]) await context.close();
});

test.each(["wide", "phone"] as const)("%s, lists, chat and person have no fault that axe can find in either theme", async (size) => {
  const { page, context, wrong } = await atDesk(browser, app, dana, { size });
  const guest = await visitor(browser, app);
  const look = async (name: string) => {
    for (const theme of THEMES) {
      await wear(page, theme);
      await audit(page, `desk, ${name}, ${theme}, ${size}`);
      await shoot(page, `desk-${name}-${size}-${theme}`);
    }
  };
  await row(page, guest.session).waitFor();
  await look("lists");
  await openRow(page, guest.session);
  await takeOverButton(page).waitFor();
  await look("chat");
  if (size === "phone") {
    await page.getByRole("button", { name: "Show the person" }).click();
    await page.getByRole("complementary", { name: "Person" }).waitFor();
    await look("person");
    await page.getByRole("button", { name: "Back to the conversation" }).click();
    await page.getByRole("link", { name: "Back to the lists" }).click();
    await row(page, guest.session).waitFor();
  }
  expect(wrong).toEqual([]);
  for (const it of [guest.context, context]) await it.close();
});

test("presence is chosen on every screen, and what waits is counted in the window's title", async () => {
  const { page, context } = await atDesk(browser, app, dana);
  const guest = await visitor(browser, app);
  await page.goto(`${app.url}/app/users`);
  await expect.poll(() => page.title()).toMatch(/^\(\d+\) Users · Riverside Clinic$/);
  await page.getByRole("button", { name: "Chats: Online" }).click();
  await page.getByRole("menuitemradio", { name: "Away" }).click();
  await page.getByRole("button", { name: "Chats: Away" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Chats: Away" }).click();
  await page.getByRole("menuitemradio", { name: "Online" }).waitFor();
  await audit(page, "presence");
  await shoot(page, "presence");
  await page.getByRole("menuitemradio", { name: "Online" }).click();
  await page.getByRole("button", { name: "Chats: Online" }).waitFor();
  for (const it of [guest.context, context]) await it.close();
});
