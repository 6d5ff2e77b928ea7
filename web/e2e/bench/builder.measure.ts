/** How smoothly large bots move under the hand, and how soon they are there. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "../lib/app.ts";
import { openBrowser, signedIn } from "../lib/browser.ts";
import { largeBot, makeBot } from "../lib/builder.ts";

let app: App;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const FRAMES = 180;

/** Times between frames, in milliseconds, while the canvas is pushed on with each frame. */
function pan(page: Page): Promise<number[]> {
  return page.evaluate(async (frames) => {
    const pane = document.querySelector(".react-flow__pane");
    const box = pane?.getBoundingClientRect();
    if (!pane || !box) return [];
    const times: number[] = [];
    for (let frame = 0; frame <= frames; frame += 1) {
      times.push(await new Promise<number>((done) => requestAnimationFrame(done)));
      // Out and back again, so that boxes come into sight and go.
      const deltaX = frame < frames / 2 ? 40 : -40;
      const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 };
      pane.dispatchEvent(new WheelEvent("wheel", { ...at, deltaX, deltaY: deltaX / 2, bubbles: true, cancelable: true }));
    }
    return times.slice(1).map((it, place) => it - (times[place] ?? it));
  }, FRAMES);
}

/** Milliseconds of work of the page's main thread so far: figures that other programs on the machine do not touch. */
async function workOf(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find((it) => it.name === "TaskDuration")?.value ?? 0) * 1_000;
  };
}

function quantile(values: number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) * 10) / 10;
}

for (const boxes of [100, 500, 1_000]) {
  test(`a bot of ${boxes} boxes`, async () => {
    const { page, context } = await signedIn(browser, app, { reducedMotion: "no-preference" });
    await makeBot(page, `Bench${boxes}`, largeBot(boxes));
    const start = Date.now();
    await page.goto(`${app.url}/app/bots/Bench${boxes}`);
    await page.locator(".react-flow [data-box]").first().waitFor();
    const opened = Date.now() - start;
    const work = await workOf(page);
    await pan(page);
    const before = await work();
    const frames = await pan(page);
    const perFrame = (await work()) - before;
    // Typing: from the key to the letter in the box on the canvas.
    await page.locator(".react-flow [data-box]").first().click();
    const text = page.getByRole("complementary", { name: "Box" }).getByRole("textbox", { name: /^Text/ });
    await text.click();
    const keys: number[] = [];
    for (let count = 0; count < 20; count += 1) {
      const pressed = await page.evaluate(() => performance.now());
      await page.keyboard.type("x");
      keys.push((await page.evaluate(() => new Promise<number>((done) => requestAnimationFrame(() => done(performance.now()))))) - pressed);
    }
    expect(frames).toHaveLength(FRAMES);
    console.log(
      `${boxes} boxes: open ${opened} ms; pan frame p50 ${quantile(frames, 0.5)} ms, p95 ${quantile(frames, 0.95)} ms, work per frame ${(perFrame / FRAMES).toFixed(1)} ms; key to frame p50 ${quantile(keys, 0.5)} ms, p95 ${quantile(keys, 0.95)} ms`,
    );
    await context.close();
  });
}
