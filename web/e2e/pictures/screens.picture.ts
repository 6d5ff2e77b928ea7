/** The pictures of README and guides: the demo as it is, with a visitor or two. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { REPOSITORY } from "../../test/server.ts";
import { type App, startApp } from "../lib/app.ts";
import { openBrowser, openPage, signedIn } from "../lib/browser.ts";
import { openBuilder } from "../lib/builder.ts";
import { addUser, chat, deliveryIs } from "../lib/calls.ts";
import { addAgent, atDesk, note, openRow, reply, say, startDesk, takeOverButton, visitor } from "../lib/desk.ts";
import { type Receiver, startReceiver } from "../lib/receiver.ts";
import { type Chats, startChats } from "../lib/widget.ts";

const SIZE = { width: 1280, height: 760 };
/** What README can carry without being slow. */
const LARGEST = 200_000;

let app: App;
let chats: Chats;
let browser: Browser;
let receiver: Receiver;
beforeAll(async () => {
  [app, chats, browser, receiver] = await Promise.all([startApp(), startChats(), openBrowser(), startReceiver()]);
});
afterAll(async () => {
  await browser?.close();
  await receiver?.close();
  await chats?.close();
  await app?.close();
});

async function take(page: Page, name: string): Promise<void> {
  // Nothing has the focus and nothing moves, so that two runs give the same.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.waitForFunction(() => document.getAnimations().every((it) => it.playState !== "running"));
  const path = join(REPOSITORY, "docs/pictures", `${name}.png`);
  await page.screenshot({ path });
  expect((await stat(path)).size).toBeLessThan(LARGEST);
}

test("the Bot Builder with the test chat", async () => {
  const { page, context } = await signedIn(browser, app);
  await page.setViewportSize({ width: 1500, height: 860 });
  await openBuilder(page, app, "InsuranceCheck");
  await page.getByRole("button", { name: "Test", exact: true }).click();
  const talk = page.getByRole("complementary", { name: "Test chat" });
  await talk.getByRole("button", { name: /^Yes/ }).click();
  await talk.getByRole("textbox", { name: "Reply" }).waitFor();
  await talk.getByRole("button", { name: /^Go back to before/ }).waitFor();
  await page.getByRole("toolbar", { name: "Canvas" }).getByRole("button", { name: "To the start" }).click();
  await page.mouse.move(700, 20);
  await take(page, "bot-builder");
  await context.close();
});

test("API and Webhook, and its delivery log", async () => {
  const { page, context } = await signedIn(browser, app);
  await page.setViewportSize({ ...SIZE, width: 1440 });
  const here = `${app.url}/app/settings/advanced/api-and-webhook`;
  receiver.answer = { status: 400, headers: { "webhook-delivery": "abort-message" } };
  await page.goto(`${here}/endpoints/new`);
  await page.getByLabel("URL", { exact: true }).fill(receiver.url);
  await page.getByLabel("Send a test event at once").uncheck();
  await page.getByRole("button", { name: "Add endpoint" }).click();
  await page.getByRole("heading", { level: 1, name: receiver.url }).waitFor();
  await addUser(app, "p-17", { user_fname: "Ana" }, ["vip"]);
  await deliveryIs(page, "flag.assigned", "dead");
  receiver.answer = { status: 204 };
  await chat(app, "InsuranceCheck", "p-17", ["yes", "M-204417"]);
  await deliveryIs(page, "session.started", "delivered");
  await page.goto(`${here}/tokens`);
  await page.getByRole("table").first().waitFor();
  await take(page, "api-and-webhook");
  await page.goto(`${here}/deliveries`);
  await page.getByRole("row").filter({ hasText: "session.started" }).first().waitFor();
  await take(page, "delivery-log");
  await context.close();
});

test("the widget on a page", async () => {
  const { page, context } = await openPage(browser);
  await page.setViewportSize(SIZE);
  await page.goto(`${chats.url}/demo?workspace=${chats.workspace}&function_id=ContactUs`);
  await page.locator("smartbot-widget, [data-smartbot], iframe").first().waitFor({ state: "attached" });
  await page.getByRole("button", { name: /chat/i }).first().click();
  const frame = page.frameLocator("iframe").first();
  await frame.locator(".log .bubble").first().waitFor();
  await take(page, "widget");
  await context.close();
});

test("CHATS, and the agents", async () => {
  const desk = await startDesk();
  const dana = await addAgent(desk, "Dana");
  const lee = await addAgent(desk, "Lee", { limited_to_flags: ["billing", "es"] });
  const agent = await atDesk(browser, desk, dana);
  await agent.page.setViewportSize({ width: 1500, height: 860 });
  const guests = [await visitor(browser, desk), await visitor(browser, desk), await visitor(browser, desk)];
  const { page } = agent;
  const id = guests[0]?.session ?? "";
  await openRow(page, id);
  await takeOverButton(page).click();
  await say(guests[0]?.page ?? page, "My new pills make me dizzy. Can I stop taking them?");
  await page.locator('[data-from="user"]', { hasText: "dizzy" }).waitFor();
  await page.getByRole("button", { name: "Private note" }).click();
  await note(page).fill("Has had them since Monday, from Dr. Gómez.");
  await page.getByRole("button", { name: "Add note" }).click();
  await page.getByText("Private note of Dana").waitFor();
  await page.getByRole("button", { name: "Reply", exact: true }).click();
  await reply(page).fill("Please keep taking them until a nurse has called you. That is within the hour.");
  await page.keyboard.press("Enter");
  await page.locator("[data-seq]", { hasText: "within the hour" }).waitFor();
  await page.getByRole("combobox", { name: "Put on a flag" }).fill("call-back");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Take off call-back" }).waitFor();
  await page.goto(`${desk.url}/app/chats/${id}?list=all`);
  await page.locator("[data-chat]").nth(2).waitFor();
  await page.locator("[data-seq]", { hasText: "within the hour" }).waitFor();
  await take(page, "chats");
  const other = await atDesk(browser, desk, lee);
  const owner = await signedIn(browser, desk);
  await owner.page.setViewportSize({ ...SIZE, width: 1440 });
  await owner.page.goto(`${desk.url}/app/settings/agents`);
  await owner.page.getByText("lee@clinic.example").waitFor();
  await take(owner.page, "agents");
  for (const { context } of [agent, other, owner, ...guests]) await context.close();
  await desk.close();
});
