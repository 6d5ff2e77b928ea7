/** The widget on pages that are not kind to it, and those who come by keys. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { holdBack, openBrowser, openPage } from "./lib/browser.ts";
import { shoot } from "./lib/shot.ts";
import { bootScript, type Chats, launcher, lines, listen, pageWith, panel, type Site, startChats, startSite } from "./lib/widget.ts";

let chats: Chats;
let browser: Browser;
let site: Site;

/** What pages do to whatever stands on them. */
const HOSTILE = `* { all: unset; } html, body, div, button, iframe, [data-smartbot] { display: none !important; opacity: 0 !important;
  visibility: hidden !important; position: static !important; transform: scale(.1) !important; width: 1px !important; font-size: 4px !important; }
  html { display: block !important; opacity: 1 !important; visibility: visible !important; transform: none !important; width: auto !important; }
  .cover { display: block !important; visibility: visible !important; opacity: 1 !important; position: fixed !important; inset: 0;
  z-index: 2147483647; transform: none !important; width: 100vw !important; background: #eee; }`;

const PAGES: Record<string, (path: string) => { html: string; headers?: Record<string, string> }> = {
  "/plain": () => ({ html: pageWith(chats, { bot: "ContactUs" }) }),
  "/survey": () => ({ html: pageWith(chats, { bot: "SatisfactionSurvey" }) }),
  "/hostile": () => ({
    html: pageWith(
      chats,
      { bot: "ContactUs" },
      { head: '<link rel="stylesheet" href="/hostile.css">', body: "<div class='cover'>Covered</div>" },
    ),
  }),
  "/strict": () => ({
    html: pageWith(chats, { bot: "ContactUs" }),
    headers: {
      "Content-Security-Policy": `default-src 'none'; script-src 'self' ${chats.url}; frame-src ${chats.url}; connect-src ${chats.url}; img-src data:; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'`,
    },
  }),
  "/no-connect": () => ({
    html: pageWith(chats, { bot: "ContactUs" }),
    headers: { "Content-Security-Policy": `script-src 'self' ${chats.url}; frame-src ${chats.url}; style-src 'none'; connect-src 'none'` },
  }),
  "/dark": () => ({
    html: pageWith(chats, { bot: "ContactUs" }, { head: '<link rel="stylesheet" href="/dark.css">', attributes: 'data-x="1"' }),
  }),
  "/rtl": () => ({ html: pageWith(chats, { bot: "ContactUs" }, { lang: "ar", attributes: 'dir="rtl"' }) }),
  "/two": () => ({
    html: pageWith(
      chats,
      { bot: "ContactUs" },
      {
        head: `<script src="/boot.js?${encodeURIComponent(JSON.stringify({ workspace: chats.workspace, bot: "SatisfactionSurvey", id: "second", position: "left" }))}"></script>`,
      },
    ),
  }),
};

beforeAll(async () => {
  [chats, browser] = await Promise.all([startChats(), openBrowser()]);
  site = await startSite((path) => {
    if (path.startsWith("/boot.js")) return { html: bootScript(path), type: "text/javascript" };
    if (path === "/hostile.css") return { html: HOSTILE, type: "text/css" };
    if (path === "/dark.css") return { html: "html { color-scheme: dark; background: #101418; color: #eee; }", type: "text/css" };
    return PAGES[path]?.(path) ?? { html: "" };
  });
  await chats.allow(site.url, site.foreign);
});
afterAll(async () => {
  await site?.close();
  await browser?.close();
  await chats?.close();
});

async function at(path: string, look: Parameters<typeof openPage>[1] = {}) {
  const opened = await openPage(browser, look);
  await opened.page.goto(site.url + path);
  return opened;
}

/** Starts a chat by a click and answers the first question, as a visitor does. */
async function chatBy(page: Page) {
  await launcher(page).click();
  const frame = panel(page);
  await frame.locator(".ask .choice").first().waitFor();
  // The focus comes a moment after the question.
  await frame.locator(".ask .choice:focus").waitFor();
  return frame;
}

test.each(["/plain", "/hostile", "/strict", "/rtl", "/dark"])("a chat works on the page %s of another site", async (path) => {
  const { page, wrong } = await openPage(browser);
  await page.goto(site.foreign + path);
  const frame = await chatBy(page);
  await frame.locator(".ask .choice").first().click();
  await expect.poll(async () => (await lines(frame)).length).toBeGreaterThan(3);
  await shoot(page, `host${path.replace("/", "-")}`);
  await expect.poll(async () => (await launcher(page).boundingBox())?.height).toBe(60);
  const box = await launcher(page).boundingBox();
  expect(box?.width).toBeGreaterThanOrEqual(60);
  // Whatever lies upon the page, a click in the corner finds the launcher.
  const top = await page.evaluate(
    ([x, y]) => document.elementFromPoint(x as number, y as number)?.hasAttribute("data-smartbot"),
    [(box?.x ?? 0) + 30, (box?.y ?? 0) + 30],
  );
  expect(top).toBe(true);
  expect(wrong).toEqual([]);
});

test("the page gets one name, no shift, and nothing is asked for before it has loaded", async () => {
  const { page } = await openPage(browser);
  const before: string[] = [];
  await page.goto("about:blank");
  page.on("request", (it) => before.push(it.url()));
  await page.goto(`${site.url}/plain`, { waitUntil: "load" });
  await launcher(page).waitFor();
  const names = await page.evaluate(() => {
    const blank = document.createElement("iframe");
    document.body.append(blank);
    const usual = new Set(Object.getOwnPropertyNames(blank.contentWindow ?? {}));
    blank.remove();
    return Object.getOwnPropertyNames(window).filter((it) => !usual.has(it) && !/^\d+$/.test(it));
  });
  expect(names.filter((it) => /smart|chat|widget/i.test(it))).toEqual(["SmartBot"]);
  const shift = await page.evaluate(
    () =>
      new Promise<number>((done) => {
        let sum = 0;
        const watch = new PerformanceObserver((list) => {
          for (const it of list.getEntries()) sum += (it as unknown as { value: number }).value;
        });
        watch.observe({ type: "layout-shift", buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
      }),
  );
  expect(shift).toBe(0);
  // The panel is not loaded before somebody wants it.
  expect(before.filter((it) => it.includes("/widget/panel"))).toEqual([]);
});

test("a page that lets it call nobody still has its chat", async () => {
  const { page } = await at("/no-connect");
  const frame = await chatBy(page);
  await expect.poll(async () => (await lines(frame))[0]).toContain("Hello there!");
});

test("the corner of the frame on a dark page is dark", async () => {
  const { page } = await at("/dark");
  const frame = await chatBy(page);
  const ground = () => frame.locator("body").evaluate((it) => getComputedStyle(it).backgroundColor);
  await expect.poll(ground).toBe("rgb(20, 26, 33)");
  const schemes = () =>
    page.evaluate(() => {
      const shadow = document.querySelector("[data-smartbot]")?.shadowRoot;
      return getComputedStyle(shadow?.querySelector("iframe") as Element).colorScheme;
    });
  await expect.poll(schemes).toBe("dark");
});

test("by keys alone: in, through the chat, and out to where one came from", async () => {
  const { page, wrong } = await at("/survey");
  await launcher(page).waitFor();
  for (const name of ["A link", "A button"]) {
    await page.keyboard.press("Tab");
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(name);
  }
  await page.keyboard.press("Tab");
  await expect.poll(() => page.evaluate(() => document.activeElement?.hasAttribute("data-smartbot"))).toBe(true);
  await page.keyboard.press("Enter");
  const frame = panel(page);
  const focused = () => frame.locator(":focus").evaluate((it) => it.getAttribute("aria-label") ?? it.textContent ?? "");
  await frame.locator(".ask .choice").first().waitFor();
  await expect.poll(focused).toBe(await frame.locator(".ask .choice").first().textContent());
  await page.keyboard.press("Enter");
  await expect.poll(focused).toBe("Type your answer");
  // From the box one key goes to the new choices, the steps of a scale.
  await frame.locator(".ask .step-line").first().waitFor();
  await page.keyboard.press("ArrowUp");
  await expect.poll(focused).toBe(await frame.locator(".ask .step-line").first().textContent());
  await page.keyboard.press("F6");
  await expect.poll(focused).toBe("Conversation");
  await page.keyboard.press("Escape");
  await expect.poll(() => panel(page).owner().isVisible()).toBe(false);
  const label = () =>
    page.evaluate(() => document.querySelector("[data-smartbot]")?.shadowRoot?.activeElement?.getAttribute("aria-label") ?? "");
  await expect.poll(label).toMatch(/^(Open chat|Chat with us)/);
  await expect.poll(() => launcher(page).getAttribute("aria-expanded")).toBe("false");
  expect(wrong).toEqual([]);
});

test("escape closes the topmost thing only", async () => {
  const { page } = await at("/plain");
  const frame = await chatBy(page);
  await frame.getByRole("button", { name: "More" }).click();
  await frame.getByRole("button", { name: "Start again" }).waitFor();
  await page.keyboard.press("Escape");
  await frame.getByRole("button", { name: "Start again" }).waitFor({ state: "detached" });
  expect(await panel(page).owner().isVisible()).toBe(true);
  await page.keyboard.press("Escape");
  await expect.poll(() => panel(page).owner().isVisible()).toBe(false);
});

test("on a phone the panel is all there is, and stays above the keyboard", async () => {
  const { page, wrong } = await at("/plain", { size: "phone" });
  const frame = await chatBy(page);
  const dialog = page.locator('[data-smartbot] [role="dialog"]');
  await expect.poll(() => dialog.getAttribute("aria-modal")).toBe("true");
  await expect.poll(() => page.evaluate(() => document.body.inert)).toBe(true);
  await expect.poll(() => dialog.boundingBox()).toMatchObject({ x: 0, y: 0, width: 390, height: 844 });
  // The keyboard takes half of the screen.
  await page.setViewportSize({ width: 390, height: 420 });
  await expect.poll(async () => (await dialog.boundingBox())?.height).toBe(420);
  const bottom = async (selector: string) => {
    const box = await frame.locator(selector).boundingBox();
    return box ? box.y + box.height : Number.NaN;
  };
  await expect.poll(() => bottom(".box-text")).toBeLessThanOrEqual(420);
  // The newest line is still to be seen.
  await expect
    .poll(async () => (await bottom(".ask")) - ((await frame.locator(".box-text").boundingBox())?.y ?? Number.NaN))
    .toBeLessThanOrEqual(0);
  await shoot(page, "host-phone-keyboard");
  const sizes = await frame
    .locator(".ask button, .send, .head-button, .foot button")
    .evaluateAll((all) =>
      all.map((it) => Math.min(it.getBoundingClientRect().height, it.getBoundingClientRect().width)).filter((it) => it > 0 && it < 44),
    );
  expect(sizes).toEqual([]);
  await frame.getByRole("button", { name: "Close chat" }).click();
  await expect.poll(() => page.evaluate(() => document.body.inert)).toBe(false);
  expect(wrong).toEqual([]);
});

test("a page as narrow as zoom makes it loses nothing", async () => {
  const { page } = await at("/plain");
  await page.setViewportSize({ width: 320, height: 480 });
  const frame = await chatBy(page);
  await expect.poll(() => frame.locator("html").evaluate((it) => it.scrollWidth - it.clientWidth)).toBe(0);
  await frame.locator(".box-text").waitFor();
});

test("two widgets on one page keep out of each other's way", async () => {
  const { page, wrong } = await at("/two");
  await launcher(page, 1).waitFor();
  const apart = async () => {
    const [one, two] = await Promise.all([0, 1].map(async (it) => (await launcher(page, it).boundingBox())?.x ?? 0));
    return Math.abs((one ?? 0) - (two ?? 0));
  };
  await expect.poll(apart).toBeGreaterThan(300);
  for (const it of [0, 1]) await launcher(page, it).click();
  const both = [panel(page, 0), panel(page, 1)];
  for (const frame of both) await frame.locator(".ask .choice").first().waitFor();
  await expect.poll(async () => new Set(await Promise.all(both.map((it) => it.locator("h1").textContent()))).size).toBe(2);
  expect(wrong).toEqual([]);
});

test("each line of the bot is said once, and taken away again", async () => {
  const { page } = await at("/plain");
  // Nothing is said before somebody listens.
  const begin = await holdBack(page, "**/visitor/sessions");
  await launcher(page).click();
  const frame = panel(page);
  await frame.locator(".panel").waitFor();
  const heard = await listen(frame);
  begin();
  await frame.locator(".ask .choice").first().waitFor();
  await expect.poll(async () => (await heard()).length).toBe(1);
  const [first = ""] = await heard();
  expect(first).toContain("Assistant: Hello there!");
  expect(first).toContain("What can we help you with?");
  expect(first).toMatch(/\d choices: /);
  await frame.locator(".ask .choice").first().click();
  await expect.poll(async () => (await heard()).length).toBe(2);
  // Taken away, so that nobody who wanders about meets old words.
  await expect.poll(() => frame.locator(".announcer > *").count()).toBe(0);
  const times = async () => {
    const all = (await heard()).join(" ");
    const texts = await frame.locator(".from-bot .bubble > div p").allInnerTexts();
    return texts.map((text) => [text, all.split(text.split("\n")[0] ?? "").length - 1]);
  };
  await expect.poll(async () => (await times()).filter(([, count]) => count !== 1)).toEqual([]);
  expect(await frame.locator('[role="log"]').getAttribute("aria-live")).toBe("off");
  // A reload says nothing of what was there.
  const goOn = await holdBack(page, "**/stream");
  await page.reload();
  const again = panel(page);
  await again.locator(".panel").waitFor();
  const later = await listen(again);
  goOn();
  await again.locator(".line.from-user").first().waitFor();
  await again.locator(".box-text").fill("x");
  expect(await later()).toEqual([]);
});

test("a page gets events and no words, and a foreign window is not heard", async () => {
  const { page } = await at("/plain");
  await page.evaluate(() => {
    const told: unknown[] = [];
    Object.assign(window, { told });
    const api = (window as unknown as { SmartBot: { on(name: string, act: (it: unknown) => void): void } }).SmartBot;
    for (const name of ["open", "start", "message", "unread", "close"]) api.on(name, (it) => told.push([name, it]));
  });
  const frame = await chatBy(page);
  const told = () => page.evaluate(() => JSON.stringify((window as unknown as { told: unknown[] }).told));
  await expect.poll(told).toContain('"start"');
  expect(await told()).not.toContain("Hello");
  // A second hello, from the page itself and with a port of its own, is not taken.
  const answered = await page.evaluate(
    () =>
      new Promise<boolean>((done) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(true);
        const target = document.querySelector("[data-smartbot]")?.shadowRoot?.querySelector("iframe")?.contentWindow;
        target?.postMessage({ type: "smartbot:hello" }, "*", [port2]);
        port1.postMessage({ type: "shutdown" });
        setTimeout(() => done(false), 500);
      }),
  );
  expect(answered).toBe(false);
  expect((await lines(frame)).length).toBeGreaterThan(0);
});

test("what is said while the panel is closed is counted at the launcher", async () => {
  const { page } = await at("/plain");
  const frame = await chatBy(page);
  // The answer comes after it was closed, however long that takes.
  await frame.locator("html").evaluate(() => {
    const send = window.fetch;
    const closed = new Promise<void>((done) => Object.assign(window, { letGo: done }));
    window.fetch = async (...given) => {
      if (String(given[0]).includes("/messages")) await closed;
      return send(...given);
    };
  });
  await frame.locator(".ask .choice").first().click();
  await page.keyboard.press("Escape");
  await expect.poll(() => launcher(page).getAttribute("aria-expanded")).toBe("false");
  await frame.locator("html").evaluate(() => (window as unknown as { letGo(): void }).letGo());
  await expect.poll(() => launcher(page).getAttribute("aria-label")).toMatch(/^.+, \d new messages?$/);
  await launcher(page).click();
  await expect.poll(() => launcher(page).getAttribute("aria-label")).toBe("Close chat");
});

test("a browser that denies the frame its storage has a chat, which a reload ends", async () => {
  const { page, wrong } = await openPage(browser);
  await page.goto(`${site.foreign}/plain`);
  const frame = await chatBy(page);
  await frame.locator(".box-text").fill("my words");
  await frame.locator(".box-text").press("Enter");
  await expect.poll(async () => (await lines(frame)).join()).toContain("my words");
  const isDenied = await frame.locator("html").evaluate(() => {
    try {
      return window.sessionStorage === null;
    } catch {
      return true;
    }
  });
  expect(isDenied).toBe(true);
  await page.reload();
  await panel(page).locator(".ask .choice").first().waitFor();
  expect((await lines(panel(page))).join()).not.toContain("my words");
  expect(wrong).toEqual([]);
});

test("shutdown takes all of it away, and the next chat is another", async () => {
  const { page } = await at("/plain");
  const frame = await chatBy(page);
  await frame.locator(".box-text").fill("my secret");
  await frame.locator(".box-text").press("Enter");
  await expect.poll(async () => (await lines(frame)).join()).toContain("my secret");
  await page.evaluate(() => (window as unknown as { SmartBot: { shutdown(): void } }).SmartBot.shutdown());
  await page.locator("[data-smartbot]").waitFor({ state: "detached" });
  await page.reload();
  const next = await chatBy(page);
  expect((await lines(next)).join()).not.toContain("my secret");
});
