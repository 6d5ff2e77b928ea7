/** What a box pushes to the webhook: what it would look like, and what became of what live sessions pushed. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { audit } from "./lib/audit.ts";
import { openBrowser, signedIn } from "./lib/browser.ts";
import { call, draftOf, makeBot, openBox, openBuilder } from "./lib/builder.ts";
import { chat, deliveryIs } from "./lib/calls.ts";
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

test("a box shows what it would push, and the last deliveries of what live sessions pushed from it", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  const pushes = { advanced: { push_to_webhook: true } };
  await makeBot(page, "Pusher", {
    start: "name",
    fields: [{ name: "caller", kind: "variable", type: "text" }],
    boxes: [
      { id: "name", type: "text", title: "Name", text: "Who is calling?", save_to: "caller", ...pushes },
      { id: "why", type: "text", title: "Why", text: "What is it about?", ...pushes },
      { id: "bye", type: "end", title: "Bye" },
    ],
    links: [
      { from: "name", to: "why" },
      { from: "why", to: "bye" },
    ],
    layout: { name: { x: 0, y: 0 }, why: { x: 360, y: 0 }, bye: { x: 720, y: 0 } },
  });
  await call(page, "POST", "webhook_endpoints", { url: receiver.url, events: ["box.reached"] });
  const { revision } = await draftOf(page, "Pusher");
  await call(page, "POST", "bots/Pusher/publish", { accept_warnings: true }, { "If-Match": `"${revision}"` });

  await openBuilder(page, app, "Pusher");
  const panel = page.getByRole("complementary", { name: "Box" });
  const open = async (box: string): Promise<void> => {
    await openBox(page, box);
    // The panel of another box begins with this section closed.
    await panel.getByRole("button", { name: "Advanced", expanded: false }).click();
    await panel.getByRole("button", { name: "Advanced", expanded: true }).waitFor();
  };
  await open("name");
  await panel.getByText("Nothing was delivered from this box yet.").waitFor();
  await panel.getByText(receiver.url).waitFor();
  await panel.getByRole("button", { name: "Preview payload" }).click();
  const payload = panel.getByLabel("Payload with sample values");
  await payload.waitFor();
  const shown = JSON.parse((await payload.textContent()) ?? "");
  expect(shown).toMatchObject({ type: "box.reached", data: { function_id: "Pusher", box_id: "name" } });
  await audit(page, "box panel, payload and no deliveries");
  await shoot(page, "box-payload");

  // Somebody chats; the panel that stays open tells of it by itself.
  await chat(app, "Pusher", "p-1", ["Ana"]);
  await deliveryIs(page, "box.reached", "delivered");
  const last = panel.getByRole("table", { name: "Last deliveries from this box" });
  await last.getByRole("row").filter({ hasText: "204" }).getByText("delivered").first().waitFor();
  // What came from this box and from no other; the demo has a receiver of its own beside this one.
  const { data } = await call<{ data: { event_id: string }[] }>(page, "GET", "deliveries?function_id=Pusher&box_id=name");
  const arrived = () =>
    receiver.received
      .map((it) => JSON.parse(it.body))
      .filter((it) => it.data.box_id === "name")
      .map((it) => it.id);
  await expect.poll(() => new Set(arrived())).toEqual(new Set(data.map((it) => it.event_id)));
  expect(data.length).toBeGreaterThan(0);
  await audit(page, "box panel, deliveries");
  await shoot(page, "box-deliveries");

  // What the receiver refuses for good shows as given up, at its own box.
  receiver.answer = { status: 400, headers: { "webhook-delivery": "abort-message" } };
  await chat(app, "Pusher", "p-2", ["Ben", "A rash"]);
  await deliveryIs(page, "box.reached", "dead");
  await open("why");
  await last.getByRole("row").filter({ hasText: "400" }).getByText("given up").first().waitFor();
  await audit(page, "box panel, a delivery that was given up");
  expect(wrong).toEqual([]);
  await context.close();
});
