/** From nothing to a bot that answers, whose events arrive: everything on the screen, and the call as a developer makes it, with curl. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { audit } from "./lib/audit.ts";
import { openBrowser, signedIn } from "./lib/browser.ts";
import { draftOf, drawn, openBox, saved, write } from "./lib/builder.ts";
import { deliveryIs, until } from "./lib/calls.ts";
import { type Receiver, startReceiver } from "./lib/receiver.ts";
import { shoot } from "./lib/shot.ts";

let app: App;
let browser: Browser;
let receiver: Receiver;
beforeAll(async () => {
  [app, browser, receiver] = await Promise.all([startApp(), openBrowser(), startReceiver()]);
});
afterAll(async () => {
  await browser?.close();
  await receiver?.close();
  await app?.close();
});

/** Runs curl, and gives back what it prints. */
async function curl(
  path: string,
  token: string,
  body: unknown,
): Promise<{ id: string; session: { id: string }; messages: { text: string }[] }> {
  const { stdout } = await promisify(execFile)("curl", [
    "--silent",
    "--show-error",
    "--fail-with-body",
    "--header",
    `Authorization: Bearer ${token}`,
    "--json",
    JSON.stringify(body),
    `${app.server}/api/v1/${path}`,
  ]);
  return JSON.parse(stdout);
}

const ADVANCED = "/app/settings/advanced/api-and-webhook";

test("a bot is made, tried out and published, answers curl, and its event reaches a receiver that had to be repaired", async () => {
  const { page, context, wrong } = await signedIn(browser, app);

  // A new bot from blank, by mouse.
  await page.getByRole("button", { name: "New bot" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Front desk");
  await page.getByRole("button", { name: "Make the bot" }).click();
  await drawn(page, "FrontDesk");
  const boxes = page.locator(".react-flow [data-box]");
  await write(page, (await boxes.first().getAttribute("data-box")) ?? "", "Welcome to the front desk.");
  const before = await boxes.count();
  await page.getByRole("toolbar", { name: "Selected boxes" }).getByRole("button", { name: "Add the next box" }).click();
  await page.getByRole("dialog").getByRole("option", { name: /^Name/ }).click();
  await expect.poll(() => boxes.count()).toBe(before + 1);
  const panel = await openBox(page, "name-1");
  await panel.getByRole("textbox", { name: /^Text/ }).fill("What is your name?");
  await panel.getByRole("button", { name: "Advanced" }).click();
  await panel.getByLabel("Send user profile variables and flags to the Webhook").check();
  await saved(page);
  await audit(page, "a new bot");
  await shoot(page, "journey-builder");

  // The test chat on the draft.
  await page.getByRole("button", { name: "Test", exact: true }).click();
  const chat = page.getByRole("complementary", { name: "Test chat" });
  await chat.getByText("Welcome to the front desk.").first().waitFor();
  await chat.getByText("What is your name?").first().waitFor();
  await chat.getByRole("textbox", { name: "Reply" }).fill("Ana López");
  await page.keyboard.press("Enter");
  await chat.getByText("Ana López").first().waitFor();
  await chat.getByRole("tab", { name: "Trace" }).click();
  await chat.getByRole("table").getByText("Ana López").first().waitFor();
  await audit(page, "test chat, trace");
  await shoot(page, "journey-test-chat");

  // Live.
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const publish = page.getByRole("dialog", { name: "Publish Front desk" });
  await publish.getByText("This is the first version.").waitFor();
  const { findings } = await draftOf(page, "FrontDesk");
  if (findings.some((it) => it.severity === "warning")) await publish.getByRole("checkbox").check();
  await publish.getByLabel("Note").fill("The first one");
  await audit(page, "publish");
  await publish.getByRole("button", { name: /^Publish/ }).click();
  await publish.waitFor({ state: "detached" });
  await page.locator('[data-live="1"]').waitFor();

  // A receiver that is broken, and a token.
  receiver.answer = { status: 400, headers: { "webhook-delivery": "abort-message" }, body: "broken" };
  await page.goto(`${app.url}${ADVANCED}/endpoints/new`);
  await page.getByLabel("URL", { exact: true }).fill(receiver.url);
  await page.getByLabel("Send a test event at once").uncheck();
  await page.getByRole("button", { name: "Add endpoint" }).click();
  await page.getByRole("heading", { level: 1, name: receiver.url }).waitFor();
  const endpoint = page.url();
  await page.goto(`${app.url}${ADVANCED}/tokens`);
  await page.getByRole("button", { name: "New BotsManagement token" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Portal");
  await page.getByRole("button", { name: "Create the token" }).click();
  const field = page.getByRole("textbox", { name: "Token" });
  await field.waitFor();
  const token = await field.inputValue();
  await page.getByLabel("I have stored the token").check();
  await page.getByRole("button", { name: "Done" }).click();

  // As a portal calls it.
  const started = await curl("sessions", token, { function_id: "FrontDesk", user: { external_id: "p-1" } });
  expect(started.messages.map((it) => it.text)).toEqual(["Welcome to the front desk.", "What is your name?"]);
  await curl(`sessions/${started.session.id}/messages`, token, { text: "Ana López" });

  // The event shows, and shows why it did not arrive.
  await deliveryIs(page, "box.reached", "dead");
  await page.goto(endpoint);
  await page.getByRole("link", { name: "Deliveries", exact: true }).click();
  const row = page.getByRole("row").filter({ hasText: "box.reached" }).filter({ hasText: receiver.url });
  await row.getByText("Given up").waitFor();
  await row.getByText("The receiver answered 400.").waitFor();
  await audit(page, "deliveries of a receiver that fails");
  await shoot(page, "journey-deliveries");

  // Repaired and recovered.
  receiver.answer = { status: 204 };
  const lost = receiver.received.length;
  await page.getByRole("button", { name: "Recover failed" }).click();
  await page.getByText(/deliver(y|ies) will be sent again/).waitFor();
  await page.getByRole("button", { name: "Recover", exact: true }).click();
  const came = await until(
    async () => receiver.received.slice(lost).find((it) => it.body.includes("box.reached")),
    "the event, once the receiver is repaired",
  );
  expect(JSON.parse(came.body)).toMatchObject({
    type: "box.reached",
    data: { function_id: "FrontDesk", box_id: "name-1", user: { external_id: "p-1" } },
  });
  // The demo's own endpoint may have had it long since.
  await deliveryIs(page, "box.reached", "delivered", endpoint.split("/").at(-1));
  await page.reload();
  await row.getByText("Delivered").waitFor();
  expect(wrong).toEqual([]);
  await context.close();
});
