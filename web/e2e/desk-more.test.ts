/** CHATS beyond one chat at a time: put aside, narrowed, kept as a list, colleagues who are named, replies that are taken back. */
import type { Browser, Request } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
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
beforeAll(async () => {
  [app, browser] = await Promise.all([startDesk(), openBrowser()]);
  dana = await addAgent(app, "Dana");
  lee = await addAgent(app, "Lee");
  await call(app, "POST", "/api/v1/flags", { name: "vip", description: "Handle with care" });
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

type Opened = Awaited<ReturnType<typeof atDesk>>;

/** Looks at a state in both themes. */
async function look({ page }: Opened, name: string): Promise<void> {
  for (const theme of THEMES) {
    await wear(page, theme);
    await audit(page, `${name}, ${theme}`);
    await shoot(page, `${name}-${theme}`);
  }
}

const list = ({ page }: Opened, name: RegExp) => page.getByRole("list", { name: "Lists of chats" }).getByRole("button", { name });

/** An agent who has a chat. */
async function withChat(who: Who, more: { kept?: Record<string, string> } = {}) {
  const agent = await atDesk(browser, app, who, more);
  const guest = await visitor(browser, app);
  await openRow(agent.page, guest.session);
  await takeOverButton(agent.page).click();
  await reply(agent.page).waitFor();
  return { agent, guest, id: guest.session };
}

test("a chat that is put aside leaves the lists, and is back when it is brought back or the visitor writes", async () => {
  const { agent, guest, id } = await withChat(dana);
  const { page } = agent;
  await page.getByRole("button", { name: "Snooze", exact: true }).click();
  await page.getByRole("menuitem", { name: /^1 hour, until/ }).waitFor();
  await page.getByRole("menuitem", { name: /^Tomorrow, 8:00/ }).waitFor();
  await look(agent, "snooze-menu");
  await page.getByRole("menuitem", { name: /^1 hour, until/ }).click();
  await page.getByText(/^Snoozed until .+, or until the visitor writes\.$/).waitFor();
  await list(agent, /^Mine/).click();
  await row(page, id).waitFor({ state: "detached" });
  await list(agent, /^Snoozed 1$/).click();
  await row(page, id)
    .getByText(/^Until /)
    .waitFor();
  await look(agent, "snoozed");
  await page.getByRole("button", { name: "Bring back" }).click();
  await row(page, id).waitFor({ state: "detached" });
  await list(agent, /^Mine/).click();
  await row(page, id).waitFor();

  // A time of one's own, which must be one that is ahead.
  await page.getByRole("button", { name: "Snooze", exact: true }).click();
  await page.getByRole("menuitem", { name: "Until …" }).click();
  const dialog = page.getByRole("dialog", { name: "Snooze this chat" });
  await dialog.getByLabel("Until").fill("2020-01-01T08:00");
  await dialog.getByRole("button", { name: "Snooze" }).click();
  await dialog.getByText("Choose a time between one minute and 30 days from now.").waitFor();
  await look(agent, "snooze-until");
  const inTwoDays = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 16);
  await dialog.getByLabel("Until").fill(inTwoDays);
  await dialog.getByRole("button", { name: "Snooze" }).click();
  await dialog.waitFor({ state: "detached" });
  await row(page, id).waitFor({ state: "detached" });
  await say(guest.page, "are you there?");
  await row(page, id).getByText("are you there?").waitFor();
  // The list and the chat are drawn one after the other.
  await expect.poll(() => page.getByText(/^Snoozed until .+, or until/).count()).toBe(0);
  for (const { wrong } of [agent, guest]) expect(wrong).toEqual([]);
});

test("lists are narrowed by the server, and kept under a name over a reload, for oneself alone", async () => {
  const { agent, guest, id } = await withChat(dana);
  const other = await visitor(browser, app);
  const { page } = agent;
  await page.getByRole("combobox", { name: "Put on a flag" }).fill("vip");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Take off vip" }).waitFor();
  await list(agent, /^All open/).click();
  await row(page, other.session).waitFor();
  await page.getByText("Filters", { exact: true }).click();
  const isAsked = (it: Request) => it.url().includes("/desk/sessions?") && it.url().includes("flag=vip");
  await Promise.all([page.waitForRequest(isAsked), page.getByLabel("Flag of the person").selectOption("vip")]);
  await row(page, other.session).waitFor({ state: "detached" });
  await row(page, id).waitFor();
  expect(await row(page, other.session).count()).toBe(0);
  await page.getByLabel("Who has it").selectOption({ label: "Dana" });
  await page.getByLabel("Bot", { exact: true }).selectOption("ContactUs");
  await page.getByLabel("Language", { exact: true }).selectOption("en");
  await page.getByText("Filters (4)").waitFor();
  await row(page, id).waitFor();
  await look(agent, "filters");
  await page.getByLabel("Language", { exact: true }).selectOption("de");
  await page.getByText("No chats match.").waitFor();
  await page.getByLabel("Language", { exact: true }).selectOption("");
  await page.getByText("Filters (3)").waitFor();
  await row(page, id).waitFor();

  await page.getByRole("button", { name: "Save as a list" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("My VIPs");
  await look(agent, "save-a-list");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await list(agent, /^My VIPs/).waitFor();
  await list(agent, /^Closed/).click();
  await row(page, id).waitFor({ state: "detached" });
  await page.waitForURL(/list=closed/);
  await page.reload();
  await list(agent, /^My VIPs/).click();
  await row(page, id).waitFor();
  await expect.poll(() => list(agent, /^My VIPs/).getAttribute("aria-pressed")).toBe("true");
  expect(await row(page, other.session).count()).toBe(0);
  await page.getByRole("button", { name: "Remove the list My VIPs" }).click();
  await expect.poll(() => list(agent, /^My VIPs/).count()).toBe(0);
  for (const { wrong } of [agent, guest, other]) expect(wrong).toEqual([]);
});

test("a colleague who is named in a note hears of it, and finds the chat", async () => {
  const { agent, guest, id } = await withChat(dana);
  const other = await atDesk(browser, app, lee);
  const { page } = agent;
  await page.getByRole("button", { name: "Private note" }).click();
  await note(page).pressSequentially("Please have a look, @le");
  await page.getByRole("listbox", { name: "Colleagues" }).getByRole("option", { name: /^Lee/ }).waitFor();
  await look(agent, "mention");
  await page.keyboard.press("Enter");
  await expect.poll(() => note(page).inputValue()).toBe("Please have a look, @Lee ");
  await page.keyboard.press("Enter");
  await page.locator("strong", { hasText: "@Lee" }).waitFor();
  const { notes } = await logOf(app, id);
  expect(notes.map((it) => it.text)).toEqual(["Please have a look, @Lee"]);
  expect(await guest.page.content()).not.toContain("have a look");

  await other.page.getByRole("button", { name: /^Chats: / }).click();
  await other.page.getByRole("menuitem", { name: /A colleague named you in a note/ }).click();
  await other.page.getByText("Please have a look,").waitFor();
  await other.page.waitForURL((it) => it.pathname.endsWith(id));
  await look(other, "mentioned");
  for (const { wrong } of [agent, guest, other]) expect(wrong).toEqual([]);
});

test("a reply can be taken back for a while, and is not lost when the page is left meanwhile", async () => {
  const { agent, guest, id } = await withChat(dana, { kept: {} });
  const { page } = agent;
  // Its clock stands, so that what is held stays held however slow the machine is. Axe would stand with it: what is held looks as what waits does.
  // It cannot be put back: by so much a slow machine may be late with this.
  await page.clock.pauseAt(Date.now() + 20_000);
  await reply(page).fill("Take two of them");
  await page.keyboard.press("Enter");
  const held = page.locator('[data-pending="held"]', { hasText: "Take two of them" });
  await held.getByText(/Goes out in \d seconds?$/).waitFor();
  await held.getByRole("button", { name: "Undo" }).click();
  await held.waitFor({ state: "detached" });
  await expect.poll(() => reply(page).inputValue()).toBe("Take two of them");
  await expect.poll(() => reply(page).evaluate((it) => it === document.activeElement)).toBe(true);

  await reply(page).fill("Take one of them");
  await page.keyboard.press("Enter");
  // What is said next sends what was held before it.
  await reply(page).fill("After breakfast");
  await page.keyboard.press("Enter");
  await guest.page.locator(".log .bubble", { hasText: "Take one of them" }).waitFor();
  await held.or(page.locator('[data-pending="held"]', { hasText: "After breakfast" })).waitFor();
  // What a page says as it goes is lost where its calls are held up on their way, as `SMARTBOT_E2E_LATE` does.
  await agent.context.unrouteAll({ behavior: "ignoreErrors" });
  await page.goto("about:blank");
  await guest.page.locator(".log .bubble", { hasText: "After breakfast" }).waitFor();
  const said = (await logOf(app, id)).messages.filter((it) => it.from === "agent").map((it) => it.text);
  expect(said).toEqual(["Take one of them", "After breakfast"]);
  for (const { wrong } of [agent, guest]) expect(wrong).toEqual([]);
});

test("messages have the names of their agents, and answers the words of the choice", async () => {
  const { agent, guest } = await withChat(lee);
  const { page } = agent;
  await reply(page).fill("Hello from Lee");
  await page.keyboard.press("Enter");
  const line = page.locator("[data-seq]", { hasText: "Hello from Lee" });
  await line.getByText("Lee", { exact: true }).waitFor();
  // The bot keeps another value than the one that the visitor saw.
  await page.locator('[data-seq][data-from="user"]', { hasText: "Something else" }).waitFor();
  await audit(page, "desk, names and choices");
  for (const { wrong } of [agent, guest]) expect(wrong).toEqual([]);
});

test("Enter begins a line and Shift+Enter sends, where somebody wants that", async () => {
  const agent = await atDesk(browser, app, lee);
  const { page } = agent;
  // Before the desk is left: while it is opened anew on the next page nobody is there.
  const guest = await visitor(browser, app);
  await page.goto(`${app.url}/app/account`);
  await page.getByLabel("Enter sends replies").uncheck();
  await page.goto(`${app.url}/app/chats/${guest.session}`);
  await takeOverButton(page).click();
  await reply(page).pressSequentially("One line");
  await page.keyboard.press("Enter");
  await reply(page).pressSequentially("and another");
  await page.getByText("Shift+Enter sends, Enter starts a new line.").waitFor();
  await page.keyboard.press("Shift+Enter");
  await guest.page.locator(".log .bubble", { hasText: /One line\s*and another/ }).waitFor();
  for (const { wrong } of [agent, guest]) expect(wrong).toEqual([]);
});
