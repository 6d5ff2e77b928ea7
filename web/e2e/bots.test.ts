/** CHATBOTS: the list of bots, and what is done with one as a whole. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { audit } from "./lib/audit.ts";
import { openBrowser, signedIn } from "./lib/browser.ts";
import { drawn } from "./lib/builder.ts";
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

const row = (page: Page, name: string) => page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
const menu = async (page: Page, name: string, item: string) => {
  await page.getByRole("button", { name: `More for ${name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
};

test("a blank bot is made, renamed, duplicated, archived, brought back and deleted", async () => {
  const { page, context, wrong } = await signedIn(browser, app);
  await page.getByRole("button", { name: "New bot" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Doctor's visit");
  await expect.poll(() => page.getByRole("textbox", { name: "Function ID", exact: true }).inputValue()).toBe("DoctorsVisit");
  await audit(page, "new bot");
  await page.getByRole("button", { name: "Make the bot" }).click();
  await page.waitForURL("**/app/bots/DoctorsVisit*");
  await drawn(page, "DoctorsVisit");
  await page.goto(`${app.url}/app/bots`);
  await row(page, "Doctor's visit").getByText("Not published").waitFor();

  await menu(page, "Doctor's visit", "Rename");
  await page.getByRole("dialog").getByLabel("Name").fill("House call");
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await row(page, "House call").waitFor();
  await page.getByRole("region", { name: "Notifications" }).getByRole("button", { name: "Undo" }).click();
  await row(page, "Doctor's visit").waitFor();

  await menu(page, "Doctor's visit", "Duplicate");
  await page.getByRole("dialog").getByLabel("Function ID").fill("DoctorsVisit");
  await page.getByRole("button", { name: "Make the bot" }).click();
  await page.getByText("Another bot has this function ID.").waitFor();
  await page.getByRole("dialog").getByLabel("Function ID").fill("SecondVisit");
  await page.getByRole("button", { name: "Make the bot" }).click();
  await page.waitForURL("**/app/bots/SecondVisit*");
  await drawn(page, "SecondVisit");
  await page.goto(`${app.url}/app/bots`);

  await menu(page, "Doctor's visit (copy)", "Archive");
  await row(page, "Doctor's visit (copy)").waitFor({ state: "detached" });
  await page.getByLabel("Status").selectOption("archived");
  await row(page, "Doctor's visit (copy)").waitFor();
  await audit(page, "archived bots");
  await menu(page, "Doctor's visit (copy)", "Delete for ever");
  const dialog = page.getByRole("dialog");
  await expect.poll(() => dialog.getByRole("button", { name: "Delete for ever" }).isDisabled()).toBe(true);
  await dialog.getByLabel("Type SecondVisit to confirm").fill("SecondVisit");
  await audit(page, "delete a bot");
  await shoot(page, "bot-delete");
  await dialog.getByRole("button", { name: "Delete for ever" }).click();
  await page.getByText("No bots are archived.").waitFor();
  expect(wrong).toEqual([]);
  await context.close();
});

test("a bot goes out as a file and comes back under another function id", async () => {
  const { page, context } = await signedIn(browser, app);
  await page.getByRole("button", { name: "More for Insurance check" }).click();
  const coming = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Export as JSON" }).click();
  const text = await readFile(await (await coming).path(), "utf8");
  expect(JSON.parse(text)).toMatchObject({ format: "smartbot/1", function_id: "InsuranceCheck" });

  await page.getByRole("button", { name: "Import" }).click();
  const broken = join(app.data, "broken.json");
  await writeFile(broken, "{");
  await page.locator('input[type="file"]').setInputFiles(broken);
  await page.getByText("The file is not JSON.").waitFor();
  await audit(page, "import, refused");
  const bot = join(app.data, "bot.json");
  await writeFile(bot, JSON.stringify({ ...JSON.parse(text), name: "Second insurance check" }));
  await page.locator('input[type="file"]').setInputFiles(bot);
  await page.getByText(/“Second insurance check” with \d+ boxes/).waitFor();
  // The old one is taken, so a free one is put forward.
  await expect.poll(() => page.getByRole("textbox", { name: "Function ID", exact: true }).inputValue()).toBe("SecondInsuranceCheck");
  await page.getByRole("dialog").getByRole("button", { name: "Import" }).and(page.locator(":enabled")).waitFor();
  await audit(page, "import, report");
  await shoot(page, "bot-import");
  await page.getByRole("dialog").getByRole("button", { name: "Import" }).click();
  await page.waitForURL("**/app/bots/SecondInsuranceCheck*");
  await context.close();
});

test("a template becomes a bot", async () => {
  const { page, context } = await signedIn(browser, app, { size: "phone", theme: "dark" });
  await page.getByRole("link", { name: "Templates" }).click();
  await page.getByRole("heading", { level: 1, name: "Templates" }).waitFor();
  await page
    .getByRole("button", { name: /^Use this/ })
    .first()
    .waitFor();
  await audit(page, "templates, phone, dark");
  await shoot(page, "templates-phone-dark");
  await page
    .getByRole("button", { name: /^Use this/ })
    .first()
    .click();
  await page.getByRole("textbox", { name: "Function ID", exact: true }).fill("FromTemplate");
  await page.getByRole("button", { name: "Make the bot" }).click();
  await page.waitForURL("**/app/bots/FromTemplate*");
  await context.close();
});

test("bots are found by name and by function id, and the address keeps the search", async () => {
  const { page, context } = await signedIn(browser, app);
  await row(page, "Insurance check").waitFor();
  const search = page.getByRole("searchbox");
  const shown = () => page.getByRole("rowheader").allTextContents();
  const all = await shown();
  // The one that was imported is called alike.
  const wanted = all.filter((it) => /insurance check/i.test(it));
  expect(wanted.length).toBeLessThan(all.length);
  await search.fill("insurancecheck");
  await expect.poll(shown).toEqual(wanted);
  await search.fill("");
  await expect.poll(shown).toHaveLength(all.length);
  await search.fill("insurance c");
  await expect.poll(shown).toEqual(wanted);
  // A letter in the middle stays there, and the next comes behind it.
  await page.keyboard.press("Home");
  await page.keyboard.type("an ");
  await expect.poll(() => search.inputValue()).toBe("an insurance c");
  await page.getByText("No bots match this filter.").waitFor();
  for (const _ of "an ") await page.keyboard.press("Backspace");
  await expect.poll(() => search.inputValue()).toBe("insurance c");
  await expect.poll(shown).toEqual(wanted);
  await page.waitForURL((it) => it.searchParams.get("q") === "insurance c");
  await page.reload();
  await row(page, "Insurance check").waitFor();
  await expect.poll(() => search.inputValue()).toBe("insurance c");
  await expect.poll(shown).toEqual(wanted);
  await search.fill("no bot says this");
  await page.getByText("No bots match this filter.").waitFor();
  await audit(page, "bots, filtered empty");
  await shoot(page, "bots-filtered-empty");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await row(page, "Insurance check").waitFor();
  await context.close();
});

/** As many bots as a large organisation may have, in the answer of the server. */
function many(count: number, from: number, size: number) {
  const data = Array.from({ length: Math.min(size, count - from) }, (_, index) => {
    const number = from + index;
    return {
      id: `bot_${number}`,
      function_id: `Bot${number}`,
      name: `Bot number ${number}`,
      type: "flow",
      status: "active",
      live_version: 1,
      draft_revision: 1,
      draft_changed: false,
      problems: { errors: 0, warnings: 0 },
      last_7_days: { sessions: number, completed: 0 },
      created_at: "2026-11-01T00:00:00.000Z",
      updated_at: new Date(Date.UTC(2026, 10, 20) - number * 60_000).toISOString(),
    };
  });
  return { data, next_cursor: from + size < count ? String(from + size) : null };
}

test("a thousand bots are shown in part and searched all", async () => {
  const { page, context } = await signedIn(browser, app);
  await page.route("**/api/v1/admin/bots?**", (route) => {
    const asked = new URL(route.request().url()).searchParams;
    return route.fulfill({ json: asked.has("q") ? { data: [], next_cursor: null } : many(1_000, Number(asked.get("cursor") ?? 0), 200) });
  });
  await page.goto(`${app.url}/app/bots`);
  await page.getByText("50 of 1000 shown").waitFor();
  await audit(page, "a thousand bots");
  await page.getByRole("searchbox").fill("number 987");
  await expect.poll(() => page.locator("tbody tr").count()).toBe(1);
  await row(page, "Bot number 987").waitFor();
  await context.close();
});

test("a list that cannot be had says so, and one that is no longer fresh too", async () => {
  const { page, context } = await signedIn(browser, app);
  await row(page, "Insurance check").waitFor();
  const down = (url: string) =>
    page.route(url, (route) =>
      route.fulfill({
        status: 500,
        headers: { "X-Request-Id": "req_1" },
        json: { status: 500, code: "internal", title: "Internal fault", detail: "" },
      }),
    );
  await down("**/api/v1/admin/bots?**");
  await menu(page, "Insurance check", "Archive");
  await page.getByText("The newest state could not be loaded.").waitFor();
  await audit(page, "bots, stale");
  await shoot(page, "bots-stale");
  await page.reload();
  const alert = page.getByRole("alert");
  await alert.getByText("Request req_1").waitFor();
  await audit(page, "bots, failed");
  await shoot(page, "bots-failed");
  await page.unroute("**/api/v1/admin/bots?**");
  await alert.getByRole("button", { name: "Try again" }).click();
  await page.getByLabel("Status").selectOption("archived");
  await menu(page, "Insurance check", "Restore");
  await page.getByText("No bots are archived.").waitFor();
  await page.route("**/api/v1/admin/bots?**", (route) => route.fulfill({ json: { data: [], next_cursor: null } }));
  await page.goto(`${app.url}/app/bots`);
  await page.getByRole("heading", { name: "Your first bot in ten minutes" }).waitFor();
  // The templates come later than the rest.
  await page
    .getByRole("button", { name: /^Use this/ })
    .first()
    .waitFor();
  await audit(page, "bots, none yet");
  await shoot(page, "bots-first");
  await context.close();
});
