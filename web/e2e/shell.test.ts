/** What holds on every screen: focus, keys, themes, languages, narrow windows, scripts from the right. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { audit } from "./lib/audit.ts";
import { openBrowser, SIZES, signedIn, THEMES, type Theme, wear, worn } from "./lib/browser.ts";
import { call as callAsAgent } from "./lib/builder.ts";
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
  [() => "logs", "Export"],
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

const drawn = (page: Page, ready: string): Promise<void> =>
  page.getByRole("main").getByText(ready).filter({ visible: true }).first().waitFor();

async function visit(page: Page, path: string, ready: string): Promise<void> {
  await page.goto(`${app.url}/app/${path}`);
  await drawn(page, ready);
}

/** Goes to a screen as a link does, without loading the app anew. */
async function follow(page: Page, path: string, ready: string): Promise<void> {
  await page.evaluate((it) => {
    // The screen before stays until this one can be drawn, and may have the same words; its heading is another element.
    for (const heading of document.querySelectorAll("h1")) heading.setAttribute("data-left", "");
    history.pushState(null, "", it);
  }, `/app/${path}`);
  await expect.poll(() => page.locator("h1:not([data-left])").count(), { message: `the heading of ${path}` }).toBeGreaterThan(0);
  await drawn(page, ready);
}

/** Directions and widths in which a screen is measured, beside the looks in which it is audited. */
const SIDEWAYS = {
  wide: [["rtl", 1280]],
  phone: [
    ["ltr", 320],
    ["rtl", 320],
  ],
} as const;

/** What makes a screen wider than its window: by how many pixels, and the elements that stick out, as far as nothing around them scrolls. */
async function tooWide(page: Page, dir: "ltr" | "rtl", width: number): Promise<string[]> {
  await page.setViewportSize({ width, height: 800 });
  return page.evaluate((it) => {
    const root = document.documentElement;
    root.dir = it;
    const main = document.querySelector("main");
    const pixels = Math.max(root.scrollWidth - innerWidth, main ? main.scrollWidth - main.clientWidth : 0);
    if (pixels <= 0) return [];
    const own = (element: Element): boolean => {
      for (let around = element.parentElement; around && around !== main && around !== root; around = around.parentElement)
        if (getComputedStyle(around).overflowX !== "visible") return false;
      return true;
    };
    const out = [...document.querySelectorAll("body *")].filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return (right > innerWidth || left < 0) && own(element);
    });
    return [
      `${pixels} px`,
      ...out.map((element) => `${element.tagName} .${element.getAttribute("class")} ${element.textContent?.slice(0, 60)}`),
    ];
  }, dir);
}

// The app is loaded once in each size, and each screen is then looked at in every way: loading takes longer than looking.
test.each(["wide", "phone"] as const)(
  "%s, no screen has a fault that axe can find in either theme, each has one heading and a title, and none has to be moved sideways",
  async (size) => {
    const { page, context, wrong } = await signedIn(browser, app, { size });
    // Addresses of receivers are as long as they like, and not all of them answer.
    const url = `https://receiver.example/hooks/of-the-clinic-by-the-river/from-smartbot/${size}`;
    await callAsAgent(page, "POST", "webhook_endpoints", { url, events: ["user.created"] });
    await addUser(app, size, { user_fname: "Ben" });
    const themes: Theme[] = [...THEMES];
    for (const [path, ready] of SCREENS) {
      await follow(page, path(), ready);
      const name = path()
        .replaceAll("/", "-")
        .replace(/(usr|ses)_\w+/, "one");
      await expect.poll(() => page.getByRole("heading", { level: 1 }).count(), { message: name }).toBe(1);
      await expect.poll(() => page.title()).toMatch(/ · Riverside Clinic$/);
      // The theme that it is in comes first: another one has the whole page painted anew.
      for (const theme of themes) {
        await wear(page, theme);
        await audit(page, `${name}, ${theme}, ${size}`);
        await shoot(page, `${name}-${size}-${theme}`);
      }
      themes.reverse();
      for (const [dir, width] of SIDEWAYS[size]) {
        await expect.poll(() => tooWide(page, dir, width), { message: `${path()} is too wide, ${dir}, ${width}` }).toEqual([]);
        await shoot(page, `${name}-${dir}-${width}`);
      }
      await page.setViewportSize(SIZES[size]);
      await page.evaluate(() => {
        document.documentElement.dir = "ltr";
      });
    }
    expect(wrong).toEqual([]);
    await context.close();
  },
);

test("the first stop is the way past the menu, and another screen's heading takes the focus", async () => {
  const { page, context } = await signedIn(browser, app, { at: "bots" });
  await drawn(page, "Insurance check");
  await page.keyboard.press("Tab");
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
  await expect.poll(focused).toBe("Skip to main content");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("main");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Users" }).click();
  await expect.poll(focused).toBe("Users");
  await context.close();
});

test("keys lead everywhere, unless somebody switched them off or is typing", async () => {
  const { page, context } = await signedIn(browser, app, { at: "bots" });
  await drawn(page, "Insurance check");
  // The second letter counts for a moment only: it does not wait here until the browser has told of the first.
  await Promise.all([page.keyboard.press("g"), page.keyboard.press("l")]);
  await page.getByRole("heading", { level: 1, name: "Logs" }).waitFor();
  await page.getByRole("searchbox").fill("");
  await page.getByRole("searchbox").pressSequentially("gb?");
  await expect.poll(() => page.getByRole("searchbox").inputValue()).toBe("gb?");
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
  const { page, context } = await signedIn(browser, app, { at: "users" });
  await drawn(page, "Ana López");
  await page.getByRole("button", { name: "Recent changes" }).focus();
  await page.keyboard.press("Control+k");
  const input = page.getByRole("combobox", { name: "Search or jump to" });
  await expect.poll(() => input.evaluate((it) => it === document.activeElement)).toBe(true);
  await page.keyboard.type("ana lópez");
  // Patients are not in it.
  await page.getByText("Nothing fits “ana lópez”.").waitFor();
  await input.fill("insurancech");
  await page.getByRole("option", { name: /Insurance check/ }).waitFor();
  const isSelected = async () => {
    const active = await input.getAttribute("aria-activedescendant");
    return page.evaluate((id) => document.getElementById(id ?? "")?.getAttribute("aria-selected"), active);
  };
  await expect.poll(isSelected).toBe("true");
  await audit(page, "palette");
  await shoot(page, "palette");
  await input.fill("set");
  await input.press("ArrowDown");
  await input.press("ArrowUp");
  await input.press("Escape");
  await input.waitFor({ state: "detached" });
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Recent changes");
  await page.keyboard.press("Control+k");
  await input.fill("webhook endpoint");
  await input.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Add a webhook endpoint" }).waitFor();
  await context.close();
});

test("theme and language are chosen, hold, and are told to the document", async () => {
  const { page, context } = await signedIn(browser, app, { at: "bots", theme: "light" });
  await drawn(page, "Insurance check");
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitemradio", { name: "High contrast" }).click();
  await worn(page, "contrast");
  await audit(page, "account menu, high contrast");
  await shoot(page, "contrast");
  await page.getByRole("menuitemradio", { name: "Deutsch" }).click();
  await page.keyboard.press("Escape");
  await page.reload();
  await page.getByRole("button", { name: "Neuer Bot" }).waitFor();
  const html = () => page.evaluate(() => ({ lang: document.documentElement.lang, theme: document.documentElement.dataset.theme }));
  await expect.poll(html).toEqual({ lang: "de", theme: "contrast" });
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
