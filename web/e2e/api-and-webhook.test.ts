/** SETTINGS → Advanced → API and Webhook: tokens, endpoints and the delivery log. */
import type { Browser, Page } from "playwright-core";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { audit } from "./lib/audit.ts";
import { openBrowser, signedIn } from "./lib/browser.ts";
import { call as callAsAgent } from "./lib/builder.ts";
import { addUser, deliveryIs, until } from "./lib/calls.ts";
import { type Receiver, startReceiver } from "./lib/receiver.ts";
import { shoot } from "./lib/shot.ts";

let app: App;
let browser: Browser;
let receiver: Receiver;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
// A server for each test: endpoints and deliveries of another one would come into its log and go to its receiver.
beforeEach(async () => {
  [app, receiver] = await Promise.all([startApp(), startReceiver()]);
});
afterEach(async () => {
  await receiver?.close();
  await app?.close();
});

const HERE = "/app/settings/advanced/api-and-webhook";

/** Adds an endpoint by the form and stays on its page. */
async function addEndpoint(page: Page, change: () => Promise<void> = async () => undefined): Promise<void> {
  await page.goto(`${app.url}${HERE}/endpoints/new`);
  await page.getByLabel("URL", { exact: true }).fill(receiver.url);
  await change();
  await page.getByRole("button", { name: "Add endpoint" }).click();
  await page.getByRole("heading", { level: 1, name: receiver.url }).waitFor();
}

test("a token is shown once, works, is seen in use and is revoked", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  await page.goto(`${app.url}${HERE}`);
  await page.getByRole("button", { name: "New BotsManagement token" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Patient portal");
  await page.getByRole("button", { name: "Create the token" }).click();
  const field = page.getByRole("textbox", { name: "Token" });
  await field.waitFor();
  const token = await field.inputValue();
  expect(token).toMatch(/^sbm_/);
  await page.getByRole("button", { name: "Copy the token" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(token);
  await page.getByRole("button", { name: "Run it here" }).click();
  await page.getByRole("region", { name: "Answer" }).getByText("HTTP 200").waitFor();
  await audit(page, "token made");
  expect(await page.getByRole("button", { name: "Done" }).isDisabled()).toBe(true);
  await page.getByLabel("I have stored the token").check();
  await page.getByRole("button", { name: "Done" }).click();
  await field.waitFor({ state: "detached" });
  // From now on it is nowhere: neither on the page nor in what the browser keeps.
  const kept = await page.evaluate(
    () => document.documentElement.outerHTML + JSON.stringify(localStorage) + JSON.stringify(sessionStorage),
  );
  expect(kept).not.toContain(token);

  expect((await fetch(`${app.server}/api/v1/bots`, { headers: { Authorization: `Bearer ${token}` } })).status).toBe(200);
  // That it was used is noted after the answer.
  await until(async () => {
    const { data } = await callAsAgent<{ data: { name: string; last_used_at: string | null }[] }>(page, "GET", "tokens");
    return data.find((it) => it.name === "Patient portal")?.last_used_at;
  }, "the use of the token");
  await page.reload();
  const row = page.getByRole("row").filter({ hasText: "Patient portal" });
  const used = page.getByRole("columnheader", { name: "Last used" });
  const place = await used.evaluate((it) => [...(it.parentElement?.children ?? [])].indexOf(it));
  // On a slow machine it may be a minute ago already.
  await row
    .locator("> *")
    .nth(place)
    .filter({ hasText: /^(now|\d min\. ago)$/ })
    .waitFor();
  await page.getByRole("button", { name: "Revoke Patient portal" }).click();
  await page.getByLabel("Type Patient portal to confirm").fill("Patient portal");
  await audit(page, "revoke a token in use");
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await row.waitFor({ state: "detached" });
  expect((await fetch(`${app.server}/api/v1/bots`, { headers: { Authorization: `Bearer ${token}` } })).status).toBe(401);
  await page.getByLabel("Show expired and revoked").check();
  await row.getByText("Revoked").waitFor();
  expect(wrong).toEqual([]);
  await context.close();
});

test("what is dangerous about a DB-Update token is confirmed first", async () => {
  const { page, context } = await signedIn(browser, app, { size: "phone", theme: "dark" });
  await page.goto(`${app.url}${HERE}/tokens`);
  await page.getByRole("button", { name: "New DB-Update token" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Nightly export");
  const addresses = page.getByRole("combobox", { name: "Allowed addresses (optional)" });
  await addresses.fill("203.0.113.0/24");
  // Not wherever the focus is: a dialog may still be about to give it to its first field.
  await addresses.press("Enter");
  await page.getByRole("button", { name: "Create the token" }).click();
  await page.getByText("Tick this to go on.").waitFor();
  await audit(page, "new DB-Update token, phone, dark");
  await shoot(page, "token-create-phone-dark");
  await page.getByLabel(/^I know that/).check();
  await page.getByRole("button", { name: "Create the token" }).click();
  await page.getByRole("button", { name: "Run it here" }).click();
  // This machine is not in the network that was allowed.
  await page.getByRole("region", { name: "Answer" }).getByText("address_not_allowed").waitFor();
  await context.close();
});

test("an endpoint is added, tested, changed, and its secret is changed over without losing a delivery", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  await addEndpoint(page, async () => {
    await page.getByLabel("Only chosen events").check();
    await page.getByRole("searchbox", { name: "Search events" }).fill("flag");
    await page.getByLabel("Flags", { exact: true }).check();
    await page.getByRole("button", { name: "Add header" }).click();
    await page.getByLabel("Name", { exact: true }).fill("x-api-key");
    await page.getByLabel("Value", { exact: true }).fill("k-18");
    await audit(page, "new endpoint");
  });
  await page.getByText("The receiver took it").waitFor();
  expect(receiver.received[0]?.headers["x-api-key"]).toBe("k-18");

  await page.getByRole("button", { name: "Reveal" }).click();
  const field = page.getByRole("textbox", { name: "Secret", exact: true });
  await expect.poll(() => field.inputValue()).not.toContain("•");
  const old = await field.inputValue();
  await page.getByRole("button", { name: "Change secret" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Change secret" }).click();
  await page.getByText(/^The old secret holds until/).waitFor();
  await expect.poll(() => field.inputValue()).not.toBe(old);
  const fresh = await field.inputValue();
  await audit(page, "endpoint");
  await addUser(app, "p-secret", { user_fname: "Ana" }, ["vip"]);
  const delivery = await until(async () => receiver.received.find((it) => it.body.includes("flag.assigned")), "flag.assigned");
  for (const secret of [old, fresh]) {
    const event = new Webhook(secret).verify(delivery.body, delivery.headers as Record<string, string>);
    expect(event).toMatchObject({ type: "flag.assigned" });
  }

  await page.getByLabel("IDs only").check();
  await page.getByRole("button", { name: "Replace the value of x-api-key" }).click();
  await page.getByLabel("Value", { exact: true }).fill("k-19");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("All changes are saved.").waitFor();
  await addUser(app, "p-ids", { user_fname: "Ben" }, ["vip"]);
  const thin = await until(async () => receiver.received.find((it) => it.body.includes("p-ids")), "flag.assigned with ids only");
  expect(thin.headers["x-api-key"]).toBe("k-19");
  expect(thin.body).not.toContain("Ben");
  expect(wrong).toEqual([]);
  await context.close();
});

test("two people who change one endpoint do not overwrite each other", async () => {
  const one = await signedIn(browser, app);
  await addEndpoint(one.page);
  const two = await signedIn(browser, app);
  await two.page.goto(one.page.url());
  await two.page.getByLabel("Description (optional)").fill("changed by two");
  await two.page.getByRole("button", { name: "Save" }).click();
  await two.page.getByText("All changes are saved.").waitFor();
  await one.page.getByLabel("Description (optional)").fill("changed by one");
  await one.page.getByRole("button", { name: "Save" }).click();
  await one.page.getByText("Somebody changed it meanwhile.").waitFor();
  await audit(one.page, "endpoint, changed by somebody else");
  await one.page.getByRole("button", { name: "Try again" }).click();
  await expect.poll(() => one.page.getByLabel("Description (optional)").inputValue()).toBe("changed by two");
  await one.context.close();
  await two.context.close();
});

test("deliveries that were given up are recovered from the screen, once the receiver is mended", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  receiver.answer = { status: 400, headers: { "webhook-delivery": "abort-message" }, body: "broken" };
  await addEndpoint(page, async () => {
    await page.getByLabel("Send a test event at once").uncheck();
  });
  await addUser(app, "p-lost", { user_fname: "Lost" }, ["vip"]);
  await page.getByRole("link", { name: "Deliveries", exact: true }).click();
  await page.getByRole("combobox", { name: "State" }).click();
  await page.getByRole("option", { name: "Given up" }).click();
  // The reload goes by the address.
  await page.waitForURL(/state=dead/);
  const row = page.getByRole("row").filter({ hasText: "flag.assigned" });
  await deliveryIs(page, "flag.assigned", "dead");
  await page.reload();
  await row.getByText("The receiver answered 400.").waitFor();
  await audit(page, "deliveries, given up");
  await shoot(page, "deliveries-given-up");

  await row.getByRole("link").first().click();
  await page.getByText("HTTP 400").first().click();
  await page.getByRole("region", { name: "Answer to try 1" }).getByText("broken").waitFor();
  expect(await page.getByText("Lost").count()).toBe(0);
  await page.getByRole("button", { name: "Show body and curl line" }).click();
  await page.getByRole("region", { name: "Repeat it with curl" }).getByText("curl -X POST").waitFor();
  await audit(page, "one delivery, given up");
  await shoot(page, "delivery-given-up");

  receiver.answer = { status: 204 };
  const before = receiver.received.length;
  await page.goBack();
  await page.getByRole("button", { name: "Recover failed" }).click();
  await page.getByText(/deliver(y|ies) will be sent again/).waitFor();
  await audit(page, "recover");
  await page.getByRole("button", { name: "Recover", exact: true }).click();
  const again = async () => receiver.received.slice(before).some((it) => it.body.includes("flag.assigned") && it.body.includes("p-lost"));
  await until(again, "the delivery, recovered");
  await page.getByText("Done", { exact: true }).waitFor();
  expect(wrong).toEqual([]);
  await context.close();
});

test("a replay shows how far it is and can be stopped", async () => {
  const { page, context } = await signedIn(browser, app, { size: "phone" });
  // At one per second it takes longer than anybody needs to stop it.
  await Promise.all(Array.from({ length: 150 }, (_, number) => addUser(app, `p-replay-${number}`, { user_fname: "Ana" })));
  await addEndpoint(page);
  await page.getByRole("link", { name: "Deliveries", exact: true }).click();
  await page.getByRole("button", { name: "Replay" }).click();
  await page.getByLabel("At most per second").fill("1");
  await audit(page, "replay, phone");
  await page.getByRole("dialog").getByRole("button", { name: "Replay" }).click();
  await page.getByRole("button", { name: "Stop" }).waitFor();
  await audit(page, "a run, phone");
  await shoot(page, "run-phone");
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("Stopped", { exact: true }).waitFor();
  await context.close();
});

test("a paused endpoint is sent nothing and misses nothing", async () => {
  const { page, context } = await signedIn(browser, app);
  await addEndpoint(page);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Resume" }).waitFor();
  await audit(page, "endpoint, paused");
  await addUser(app, "p-paused", {});
  // The log tells of what is newer than itself, and does not show it unasked.
  await deliveryIs(page, "user.created", "pending", page.url().split("/").at(-1));
  await page.getByRole("link", { name: "Deliveries", exact: true }).click();
  await page.getByRole("row").filter({ hasText: "user.created" }).getByText("Waiting").waitFor();
  expect(receiver.received.some((it) => it.body.includes("p-paused"))).toBe(false);
  await page.goBack();
  await page.getByRole("button", { name: "Resume" }).click();
  await until(async () => receiver.received.some((it) => it.body.includes("p-paused")), "what happened while it was paused");
  await page.getByRole("button", { name: /^More for/ }).click();
  await page.getByRole("menuitem", { name: "Delete endpoint" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete endpoint" }).click();
  await page.getByRole("heading", { level: 1, name: "API and Webhook" }).waitFor();
  await expect.poll(() => page.getByText(receiver.url).count()).toBe(0);
  await context.close();
});
