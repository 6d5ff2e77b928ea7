/** What holds on every screen: focus, keys, themes, languages, narrow windows, scripts from the right. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { audit } from "./lib/audit.ts";
import { openBrowser, signedIn, type Theme } from "./lib/browser.ts";
import { addUser, chat, type User } from "./lib/calls.ts";
import { shoot } from "./lib/shot.ts";

let app: App;
let browser: Browser;
let user: User;
let session: string;
beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
  user = await addUser(app, "p-17", { user_fname: "Ana", user_lname: "López", user_city: "Riverside" }, ["vip"]);
  session = (await chat(app, "InsuranceCheck", "p-17", ["yes"])).session.id;
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

/** Every screen of the shell, with a text that is there once it is drawn. */
const SCREENS: [path: () => string, ready: string][] = [
  [() => "chats", "Needs a person"],
  [() => "bots", "Insurance check"],
  [() => "templates", "Use this"],
  [() => "users", "Ana López"],
  [() => `users/${user.id}`, "Profile fields"],
  [() => "logs", "Insurance check"],
  [() => `logs/${session}`, "Transcript"],
  [() => "settings/workspace", "Time zone"],
  [() => "settings/agents", "owner@clinic.example"],
  [() => "settings/opening-hours", "Always open"],
  [() => "settings/canned-replies", "Add canned reply"],
  [() => "settings/chit-chat", "Bots chat"],
  [() => "settings/fields", "user_email"],
  [() => "settings/flags", "Add flag"],
  [() => "settings/goals", "Add goal"],
  [() => "settings/advanced/api-and-webhook/tokens", "Show expired and revoked"],
  [() => "settings/advanced/api-and-webhook/endpoints", "All events"],
  [() => "settings/advanced/api-and-webhook/endpoints/new", "Receiver"],
  [() => "settings/advanced/api-and-webhook/deliveries", "Delivered"],
  [() => "account", "This browser"],
];

async function visit(page: Page, path: string, ready: string): Promise<void> {
  await page.goto(`${app.url}/app/${path}`);
  await page.getByRole("main").getByText(ready).filter({ visible: true }).first().waitFor();
}

describe.each<[Theme, "wide" | "phone"]>([
  ["light", "wide"],
  ["dark", "wide"],
  ["light", "phone"],
  ["dark", "phone"],
])("in the %s theme, %s", (theme, size) => {
  test("no screen has a fault that axe can find, and each has one heading and a title", async () => {
    const { page, context, wrong } = await signedIn(browser, app, { theme, size });
    for (const [path, ready] of SCREENS) {
      await visit(page, path(), ready);
      const name = path().split("/").slice(0, 4).join("-");
      await audit(page, `${name}, ${theme}, ${size}`);
      expect(await page.getByRole("heading", { level: 1 }).count(), name).toBe(1);
      expect(await page.title(), name).toMatch(/ · Riverside Clinic$/);
      await shoot(page, `${name.replace(/(usr|ses)_\w+/, "one")}-${size}-${theme}`);
    }
    expect(wrong).toEqual([]);
    await context.close();
  });
});

test.each([
  ["ltr", 320],
  ["rtl", 320],
  ["rtl", 1280],
] as const)("written %s and %d pixels wide, no screen has to be moved sideways", async (dir, width) => {
  const { page, context } = await signedIn(browser, app);
  await page.setViewportSize({ width, height: 800 });
  for (const [path, ready] of SCREENS) {
    await visit(page, path(), ready);
    await page.evaluate((it) => {
      document.documentElement.dir = it;
    }, dir);
    const over = await page.evaluate(() => {
      const main = document.querySelector("main");
      return Math.max(document.documentElement.scrollWidth - innerWidth, main ? main.scrollWidth - main.clientWidth : 0);
    });
    expect(over, `${path()} is so many pixels too wide`).toBeLessThanOrEqual(0);
    if (width === 1280)
      await shoot(
        page,
        `${path()
          .split("/")
          .slice(0, 4)
          .join("-")
          .replace(/(usr|ses)_\w+/, "one")}-rtl`,
      );
  }
  await context.close();
});

test("the first stop is the way past the menu, and another screen's heading takes the focus", async () => {
  const { page, context } = await signedIn(browser, app);
  await visit(page, "bots", "Insurance check");
  await page.keyboard.press("Tab");
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
  expect(await focused()).toBe("Skip to main content");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Users" }).click();
  await expect.poll(focused).toBe("Users");
  await context.close();
});

test("keys lead everywhere, unless somebody switched them off or is typing", async () => {
  const { page, context } = await signedIn(browser, app);
  await visit(page, "bots", "Insurance check");
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await page.getByRole("heading", { level: 1, name: "Logs" }).waitFor();
  await page.getByRole("searchbox").fill("");
  await page.getByRole("searchbox").pressSequentially("gb?");
  expect(await page.getByRole("dialog").count()).toBe(0);
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Logs");
  await page.getByRole("heading", { level: 1 }).focus();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await audit(page, "shortcuts");
  await page.keyboard.press("Escape");
  await visit(page, "account", "This browser");
  await page.getByLabel("Single-letter shortcuts").uncheck();
  await page.getByRole("heading", { level: 1 }).focus();
  await page.keyboard.press("?");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or jump to" }).waitFor();
  expect(await page.getByRole("dialog").count()).toBe(1);
  await context.close();
});

test("the palette is used by keyboard alone, and gives the focus back", async () => {
  const { page, context } = await signedIn(browser, app);
  await visit(page, "users", "Ana López");
  await page.getByRole("button", { name: "Recent changes" }).focus();
  await page.keyboard.press("Control+k");
  const input = page.getByRole("combobox", { name: "Search or jump to" });
  await input.waitFor();
  await page.keyboard.type("ana lópez");
  // Patients are not in it.
  await page.getByText("Nothing fits “ana lópez”.").waitFor();
  await input.fill("insurancech");
  await page.getByRole("option", { name: /Insurance check/ }).waitFor();
  const active = await input.getAttribute("aria-activedescendant");
  expect(await page.locator(`[id="${active}"]`).getAttribute("aria-selected")).toBe("true");
  await audit(page, "palette");
  await shoot(page, "palette");
  await input.fill("set");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Escape");
  await input.waitFor({ state: "detached" });
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Recent changes");
  await page.keyboard.press("Control+k");
  await input.fill("webhook endpoint");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Add a webhook endpoint" }).waitFor();
  await context.close();
});

test("theme and language are chosen, hold, and are told to the document", async () => {
  const { page, context } = await signedIn(browser, app, { theme: "light" });
  await visit(page, "bots", "Insurance check");
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitemradio", { name: "High contrast" }).click();
  await audit(page, "account menu, high contrast");
  await shoot(page, "contrast");
  await page.getByRole("menuitemradio", { name: "Deutsch" }).click();
  await page.keyboard.press("Escape");
  await page.reload();
  await page.getByRole("button", { name: "Neuer Bot" }).waitFor();
  const html = await page.evaluate(() => ({ lang: document.documentElement.lang, theme: document.documentElement.dataset.theme }));
  expect(html).toEqual({ lang: "de", theme: "contrast" });
  await audit(page, "bots in German, high contrast");
  await shoot(page, "german-contrast");
  await context.close();
});

test("an address that names nothing leads back", async () => {
  const { page, context } = await signedIn(browser, app);
  await page.goto(`${app.url}/app/no/such/screen`);
  await page.getByRole("heading", { level: 1, name: "There is no such page" }).waitFor();
  await audit(page, "no such page");
  await page.getByRole("link", { name: "To the chatbots" }).click();
  await page.getByRole("heading", { level: 1, name: "Chatbots" }).waitFor();
  await context.close();
});
