/** The Bot Builder: one bot made by mouse and by keyboard alone, two people at one draft, two bots and the back button. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "./lib/app.ts";
import { openBrowser, signedIn } from "./lib/browser.ts";
import {
  box,
  draftOf,
  drawn,
  expectFocus,
  expectPutAway,
  expectSaid,
  focusedBox,
  largeBot,
  makeBot,
  openBox,
  openBuilder,
  pick,
  reloaded,
  saved,
  write,
} from "./lib/builder.ts";
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

const GREETING = { start: "hello", boxes: [{ id: "hello", type: "message", title: "Hello", text: "" }], layout: { hello: { x: 0, y: 0 } } };

/** What both ways must lead to. */
const MADE = {
  start: "hello",
  boxes: [
    { id: "hello", type: "message", title: "Hello", text: "Hello {user_fname|there}!" },
    {
      id: "multiple_choice-1",
      type: "multiple_choice",
      title: "Visit type",
      text: "What is it about?",
      choices: [
        { label: "New visit", value: "new_visit" },
        { label: "Refill", value: "refill" },
      ],
    },
    { id: "message-2", type: "message", text: "Sorry?" },
    { id: "end-3", type: "end", message: "See you." },
    { id: "end-4", type: "end", message: "We send it." },
  ],
  links: [
    { from: "hello", to: "multiple_choice-1" },
    { from: "multiple_choice-1", to: "end-4", when: { op: "choice_is", value: "refill" } },
    { from: "multiple_choice-1", to: "end-3", when: { op: "choice_is", value: "new_visit" } },
    { from: "multiple_choice-1", to: "message-2" },
    { from: "message-2", to: "multiple_choice-1" },
  ],
};

async function byMouse(page: Page): Promise<void> {
  // Drop a link on the empty canvas.
  await box(page, "hello").locator(".react-flow__handle.source").hover();
  const canvas = await page.locator(".react-flow__pane").boundingBox();
  if (!canvas) throw new Error("the canvas is not there");
  await page.mouse.down();
  await page.mouse.move(canvas.x + canvas.width * 0.62, canvas.y + canvas.height * 0.3, { steps: 10 });
  await page.mouse.up();
  await page
    .getByRole("dialog")
    .getByRole("option", { name: /^Multiple choice/ })
    .click();
  const panel = await openBox(page, "multiple_choice-1");
  await panel.getByLabel("Title").fill("Visit type");
  await panel.getByRole("textbox", { name: /^Text/ }).fill("What is it about?");
  for (const [place, label] of ["New visit", "Refill"].entries()) {
    await panel.getByRole("button", { name: "Add a choice: Choices" }).click();
    await panel.getByLabel(`Label of choice ${place + 1}`).fill(label);
  }
  await write(page, "hello", "Hello {user_fname|there}!");

  // The toolbar of the selection, three times.
  for (const [type, id, label, text] of [
    ["Message", "message-2", /^Text/, "Sorry?"],
    ["End", "end-3", /^Message/, "See you."],
    ["End", "end-4", /^Message/, "We send it."],
  ] as const) {
    await openBox(page, "multiple_choice-1");
    await page.getByRole("toolbar", { name: "Selected boxes" }).getByRole("button", { name: "Add the next box" }).click();
    await page
      .getByRole("dialog")
      .getByRole("option", { name: new RegExp(`^${type}`) })
      .click();
    await write(page, id, text, label);
  }
  // The second choice is to be tried first.
  await openBox(page, "multiple_choice-1");
  await panel.getByRole("button", { name: "Move is Refill up" }).click();
  // A link by two clicks.
  await page.getByRole("button", { name: "Tidy up" }).click();
  await box(page, "message-2").locator(".react-flow__handle.source").click();
  await box(page, "multiple_choice-1").locator("[data-title]").click();
  await page.getByRole("button", { name: "Tidy up" }).click();
}

/** Goes on with the tab key until something has the focus; nothing else is touched. */
async function tabTo(page: Page, name: RegExp, role?: string): Promise<void> {
  for (let count = 0; count < 60; count += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const it = document.activeElement as HTMLInputElement | null;
      const label = it?.labels?.[0]?.textContent ?? "";
      return {
        name: it?.getAttribute("aria-label") || label || it?.textContent || "",
        role: it?.getAttribute("role") ?? it?.tagName.toLowerCase() ?? "",
      };
    });
    if (name.test(at.name) && (!role || at.role === role)) return;
  }
  throw new Error(`the tab key never came to ${name}`);
}

/** Opens the panel of the box that has the focus. It takes the focus a moment after it is seen. */
async function enterPanel(page: Page): Promise<void> {
  await page.keyboard.press("Enter");
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("box-panel-title");
}

async function byKeyboard(page: Page): Promise<void> {
  await tabTo(page, /^Message, Hello/);
  await page.keyboard.press("n");
  await pick(page, "multiple");
  await expectFocus(page, "multiple_choice-1");
  await page.keyboard.press("F2");
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("INPUT");
  await page.keyboard.type("Visit type");
  await page.keyboard.press("Enter");
  await expectFocus(page, "multiple_choice-1");
  await enterPanel(page);
  await tabTo(page, /^Text/, "textarea");
  await page.keyboard.type("What is it about?");
  for (const [place, label] of ["New visit", "Refill"].entries()) {
    await tabTo(page, /^Add a choice/);
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(`Label of choice ${place + 1}`);
    await page.keyboard.type(label);
  }
  await page.keyboard.press("Escape");
  await expectFocus(page, "multiple_choice-1");
  // Back to the first box, and the text with a field that is chosen from the list.
  await page.keyboard.press("ArrowLeft");
  await expectFocus(page, "hello");
  await enterPanel(page);
  await tabTo(page, /^Text/, "textarea");
  await page.keyboard.type("Hello {user_fn");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.type("|there");
  await page.keyboard.press("End");
  await page.keyboard.type("!");
  await page.keyboard.press("Escape");
  await expectFocus(page, "hello");

  for (const [type, id, label, text] of [
    ["message", "message-2", /^Text/, "Sorry?"],
    ["end", "end-3", /^Message/, "See you."],
    ["end", "end-4", /^Message/, "We send it."],
  ] as const) {
    await page.keyboard.press("ArrowRight");
    await expectFocus(page, "multiple_choice-1");
    await page.keyboard.press("n");
    await pick(page, type);
    await expectFocus(page, id);
    await enterPanel(page);
    await tabTo(page, label, "textarea");
    await page.keyboard.type(text);
    await page.keyboard.press("Escape");
    await expectFocus(page, id);
    await page.keyboard.press("ArrowLeft");
    await expectFocus(page, "multiple_choice-1");
    await page.keyboard.press("ArrowLeft");
    await expectFocus(page, "hello");
  }
  await page.keyboard.press("ArrowRight");
  await expectFocus(page, "multiple_choice-1");
  // The second of its links goes up.
  await page.keyboard.press("]");
  await page.keyboard.press("Alt+ArrowUp");
  await expectSaid(page, "is number 1 now");
  // The default is the third: its box is linked back.
  await page.keyboard.press("]");
  await page.keyboard.press("]");
  await page.keyboard.press("ArrowRight");
  await expectFocus(page, "message-2");
  await page.keyboard.press("l");
  await pick(page, "Visit type");
  await expectFocus(page, "message-2");
  await tabTo(page, /^Zoom out/);
  for (let count = 0; count < 5; count += 1) await page.keyboard.press("ArrowRight");
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Tidy up");
  await page.keyboard.press("Enter");
}

test("the same bot comes of it by mouse and by keyboard alone", async () => {
  const { page, wrong } = await signedIn(browser, app);
  for (const name of ["ByMouse", "ByKeyboard"]) await makeBot(page, name, GREETING);

  await openBuilder(page, app, "ByMouse");
  await byMouse(page);
  await saved(page);
  await shoot(page, "builder-by-mouse");
  const { document: mouse } = await draftOf(page, "ByMouse");
  expect(mouse).toMatchObject(MADE);

  await openBuilder(page, app, "ByKeyboard");
  await byKeyboard(page);
  await saved(page);
  const { document: keyboard } = await draftOf(page, "ByKeyboard");
  expect({ ...keyboard, function_id: "", name: "" }).toEqual({ ...mouse, function_id: "", name: "" });
  expect(wrong).toEqual([]);
});

test("after a delete the focus is on a box, and undo brings the boxes back", async () => {
  const { page } = await signedIn(browser, app);
  await makeBot(page, "Deleting", largeBot(6));
  await openBuilder(page, app, "Deleting");
  await box(page, "box-2").click();
  await expectFocus(page, "box-2");
  for (const count of [5, 4]) {
    const gone = await focusedBox(page);
    await page.keyboard.press("Delete");
    await expect.poll(() => page.locator(".react-flow [data-box]").count()).toBe(count);
    await expect.poll(() => focusedBox(page)).toMatch(/^box-/);
    expect(await focusedBox(page)).not.toBe(gone);
  }
  await saved(page);
  expect((await draftOf(page, "Deleting")).document.boxes).toHaveLength(4);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect.poll(async () => (await draftOf(page, "Deleting")).document.boxes.length).toBe(6);
});

test("a box moved by keyboard lies there after a reload, and undo takes it back", async () => {
  const { page } = await signedIn(browser, app);
  await makeBot(page, "Moving", largeBot(4));
  await openBuilder(page, app, "Moving");
  await box(page, "box-1").click();
  await expectFocus(page, "box-1");
  await page.keyboard.press("m");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Enter");
  await expectSaid(page, "Moved Message 1 to 80, 8");
  await saved(page);
  await expectPutAway(page, "Moving", { layout: expect.objectContaining({ "box-1": { x: 80, y: 8 } }) });
  await reloaded(page, "Moving");
  expect((await draftOf(page, "Moving")).document.layout["box-1"]).toEqual({ x: 80, y: 8 });
  await box(page, "box-1").click();
  await expectFocus(page, "box-1");
  await page.keyboard.press("Control+z");
  await expect.poll(async () => (await draftOf(page, "Moving")).document.layout["box-1"]).toEqual({ x: 0, y: 0 });
});

test("the tab key stops at most twelve times with two hundred boxes", async () => {
  const { page } = await signedIn(browser, app);
  await makeBot(page, "Large", largeBot(200));
  await openBuilder(page, app, "Large");
  const stops = await page.evaluate(() => {
    const all = document.querySelectorAll<HTMLElement>("[data-builder] :is(a[href], button, input, select, textarea, [tabindex])");
    return [...all]
      .filter((it) => it.tabIndex >= 0 && !it.hasAttribute("disabled") && it.checkVisibility())
      .map((it) => it.getAttribute("aria-label") ?? it.outerHTML.slice(0, 80));
  });
  expect(stops.length, stops.join("\n")).toBeLessThanOrEqual(12);
});

test("two people edit one draft, and nobody's work is lost", async () => {
  const one = await signedIn(browser, app);
  const two = await signedIn(browser, app);
  await makeBot(one.page, "Shared", largeBot(6));
  await openBuilder(one.page, app, "Shared");
  await openBuilder(two.page, app, "Shared");
  // Other boxes come together by themselves.
  await write(one.page, "box-1", "From one");
  await saved(one.page);
  await write(two.page, "box-4", "From two");
  await saved(two.page);
  await expect
    .poll(async () => (await draftOf(two.page, "Shared")).document.boxes.map((it: { text: string }) => it.text))
    .toEqual(expect.arrayContaining(["From one", "From two"]));

  // The same box is asked about.
  await write(one.page, "box-1", "Mine, says one");
  await expect.poll(async () => (await draftOf(one.page, "Shared")).document.boxes[0].text).toBe("Mine, says one");
  await write(two.page, "box-1", "Mine, says two");
  const dialog = two.page.getByRole("dialog", { name: "Two people changed the same thing" });
  await dialog.waitFor();
  await shoot(two.page, "builder-conflict");
  await expect.poll(() => dialog.textContent()).toContain("Mine, says one");
  await expect.poll(() => dialog.textContent()).toContain("Mine, says two");
  expect((await draftOf(two.page, "Shared")).document.boxes[0].text).toBe("Mine, says one");
  await dialog.getByText(/^Take that of/).click();
  await dialog.getByRole("button", { name: "Save like this" }).click();
  await dialog.waitFor({ state: "detached" });
  await saved(two.page);
  expect((await draftOf(two.page, "Shared")).document.boxes[0].text).toBe("Mine, says one");
  await expect.poll(() => box(two.page, "box-1").textContent()).toContain("Mine, says one");
});

test("back and forth between two bots, each change goes into the bot it was made in", async () => {
  const { page } = await signedIn(browser, app);
  for (const name of ["Left", "Right"]) await makeBot(page, name, GREETING);
  await openBuilder(page, app, "Left");
  await page.evaluate(() => window.history.pushState({}, "", "/app/bots/Right"));
  await reloaded(page, "Right");
  await write(page, "hello", "Right one");
  // Nobody waits for the save.
  await page.goBack();
  await drawn(page, "Left");
  await write(page, "hello", "Left one");
  await page.goForward();
  await page.locator('[data-builder="Right"]').waitFor();
  await expect.poll(async () => (await draftOf(page, "Left")).document.boxes[0].text).toBe("Left one");
  await expect.poll(async () => (await draftOf(page, "Right")).document.boxes[0].text).toBe("Right one");
  await expect.poll(() => box(page, "hello").textContent()).toContain("Right one");
});

test("work without a network is kept over a reload and saved when the network is back", async () => {
  const { page, context } = await signedIn(browser, app);
  await makeBot(page, "Offline", GREETING);
  await openBuilder(page, app, "Offline");
  await context.route("**/api/v1/admin/bots/Offline/draft", (route) => route.abort());
  await write(page, "hello", "Kept");
  await page.locator('[data-save-state="offline"]').waitFor();
  await expectPutAway(page, "Offline", { boxes: [expect.objectContaining({ text: "Kept" })] });
  await reloaded(page, "Offline");
  await expect.poll(() => box(page, "hello").textContent()).toContain("Kept");
  await context.unroute("**/api/v1/admin/bots/Offline/draft");
  // As the browser tells it. By itself the page may try again only after half a minute.
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await expect.poll(async () => (await draftOf(page, "Offline")).document.boxes[0].text).toBe("Kept");
});

test("boxes are copied from one bot and pasted into another, in another window", async () => {
  const one = await signedIn(browser, app);
  const two = await one.context.newPage();
  await makeBot(one.page, "From", {
    start: "ask",
    fields: [{ name: "height", kind: "variable", type: "number" }],
    boxes: [
      { id: "ask", type: "number", title: "Height", text: "How tall are you?", save_to: "height" },
      { id: "bye", type: "end", message: "{height} it is." },
    ],
    links: [{ from: "ask", to: "bye" }],
    layout: { ask: { x: 0, y: 0 }, bye: { x: 360, y: 0 } },
  });
  await makeBot(one.page, "Into", GREETING);
  await openBuilder(one.page, app, "From");
  await box(one.page, "ask").click();
  await expectFocus(one.page, "ask");
  await one.page.keyboard.press("Control+a");
  await one.page.keyboard.press("Control+c");
  await expectSaid(one.page, "Copied 2 boxes");
  await openBuilder(two, app, "Into");
  await two.bringToFront();
  await box(two, "hello").click();
  await expectFocus(two, "hello");
  await two.keyboard.press("Control+v");
  const dialog = two.getByRole("dialog", { name: "Paste 2 boxes" });
  await dialog.getByRole("button", { name: "Paste" }).click();
  await saved(two);
  const { document } = await draftOf(two, "Into");
  expect(document.fields).toEqual([{ name: "height", kind: "variable", type: "number" }]);
  expect(document.boxes.map((it: { id: string }) => it.id)).toEqual(["hello", "number-1", "end-2"]);
  expect(document.links).toEqual([{ from: "number-1", to: "end-2" }]);
});
