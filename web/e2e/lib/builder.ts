/** What tests of the Bot Builder do again and again. */
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { App } from "./app.ts";

/** A call to the server as the page makes one, with its cookie. */
export async function call<T>(page: Page, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const { status, text } = await page.evaluate(
    async ([method, path, body, headers]) => {
      const response = await fetch(`/api/v1/admin/${path}`, {
        method,
        headers: { "X-Requested-With": "SmartBot", ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, text: await response.text() };
    },
    [method, path, body, headers] as const,
  );
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into documents of all kinds
type Document = any;

export interface Draft {
  revision: number;
  document: Document;
  findings: { severity: "error" | "warning" }[];
  bot: { live_version: number | null };
}

export const draftOf = (page: Page, functionId: string): Promise<Draft> => call<Draft>(page, "GET", `bots/${functionId}`);

/** Makes a bot from a document, or a blank one. */
export async function makeBot(page: Page, functionId: string, parts?: Record<string, unknown>): Promise<void> {
  const document = parts && {
    format: "smartbot/1",
    function_id: functionId,
    name: functionId,
    type: "flow",
    language: "en",
    links: [],
    ...parts,
  };
  await call(page, "POST", "bots", document ? { document } : { function_id: functionId, name: functionId });
}

/** A bot of so many boxes, in rows of twenty. */
export function largeBot(boxes: number): Record<string, unknown> {
  const ids = Array.from({ length: boxes }, (_, place) => `box-${place + 1}`);
  const at = (place: number): string => ids[place % ids.length] ?? "";
  return {
    start: "box-1",
    boxes: ids.map((id, place) =>
      place % 3 === 0
        ? { id, type: "message", title: `Message ${place + 1}`, text: `This is what box ${place + 1} says to whoever comes by.` }
        : {
            id,
            type: "yes_no",
            title: `Question ${place + 1}`,
            text: `Do you want to go on after question ${place + 1}?`,
            save_to: `answer_${place % 7}`,
          },
    ),
    links: ids.flatMap((from, place) =>
      place % 3 === 0
        ? [{ from, to: at(place + 1) }]
        : [
            { from, to: at(place + 1), when: { op: "choice_is", value: "yes" } },
            { from, to: at(place + 20), when: { op: "choice_is", value: "no" } },
          ],
    ),
    layout: Object.fromEntries(ids.map((id, place) => [id, { x: (place % 20) * 360, y: Math.floor(place / 20) * 260 }])),
  };
}

/** Opens a bot and waits until it is drawn. */
export async function openBuilder(page: Page, app: App, functionId: string): Promise<void> {
  await page.goto(`${app.url}/app/bots/${functionId}`);
  await drawn(page, functionId);
}

/** Waits until a bot that is opened already is drawn, and the canvas has moved to where it begins. From then on is kept what is read out. */
export async function drawn(page: Page, functionId: string): Promise<void> {
  await page.locator(`[data-builder="${functionId}"]`).waitFor();
  await page.locator("[data-box]").first().waitFor();
  await page.waitForFunction(() => {
    const canvas = document.querySelector(".react-flow__viewport");
    return !canvas || !new DOMMatrix(getComputedStyle(canvas).transform).isIdentity;
  });
  await page.locator("[data-builder-announcer]").evaluate((it) => {
    const heard = [it.textContent];
    Object.assign(it, { heard });
    new MutationObserver(() => heard.push(it.textContent)).observe(it, { childList: true, characterData: true, subtree: true });
  });
}

/** Loads the page anew and waits until the bot is drawn. */
export async function reloaded(page: Page, functionId: string): Promise<void> {
  await page.reload();
  await drawn(page, functionId);
}

/** A box on the canvas. */
export const box = (page: Page, id: string): Locator => page.locator(`.react-flow [data-box="${id}"]`);

/** Clicks on a box, and gives back the panel beside the canvas once it is the one of this box. */
export async function openBox(page: Page, id: string): Promise<Locator> {
  await box(page, id).click();
  const panel = page.getByRole("complementary", { name: "Box" });
  await panel.locator(`[id="setting-${id}-title"]`).waitFor();
  return panel;
}

/** Opens a box and writes into one of its texts. */
export async function write(page: Page, id: string, text: string, name = /^Text/): Promise<void> {
  const panel = await openBox(page, id);
  await panel.getByRole("textbox", { name }).fill(text);
}

/** Waits until the server has everything. */
export async function saved(page: Page): Promise<void> {
  await page.locator('[data-save-state="saved"]').waitFor();
}

/** Waits until the browser has put away a document that is as this says, which a reload finds. */
export async function expectPutAway(page: Page, functionId: string, like: Record<string, unknown>): Promise<void> {
  const documents = (): Promise<Document[]> =>
    page.evaluate(
      (id) =>
        new Promise((done, failed) => {
          const opening = indexedDB.open("smartbot-builder");
          opening.onerror = () => failed(opening.error);
          opening.onsuccess = () => {
            const { result: database } = opening;
            const reading = database.transaction("journal").objectStore("journal").getAll();
            reading.onerror = () => failed(reading.error);
            reading.onsuccess = () => {
              database.close();
              done(reading.result.filter((it) => it.functionId === id).map((it) => it.document));
            };
          };
        }),
      functionId,
    );
  await expect.poll(documents).toContainEqual(expect.objectContaining(like));
}

/** The box that has the focus, if one has. */
export const focusedBox = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.getAttribute("data-box") ?? null);

export async function expectFocus(page: Page, box: string): Promise<void> {
  await expect.poll(() => focusedBox(page)).toBe(box);
}

/** Waits until something was read out since the bot was drawn. It may be gone again: it stays for a few seconds only. */
export async function expectSaid(page: Page, words: string): Promise<void> {
  const heard = (): Promise<string> =>
    page.locator("[data-builder-announcer]").evaluate((it) => (it as unknown as { heard: string[] }).heard.join("\n"));
  await expect.poll(heard).toContain(words);
}

/** Chooses from the list of a dialog by typing. */
export async function pick(page: Page, words: string): Promise<void> {
  const search = page.getByRole("dialog").getByRole("combobox");
  // A dialog takes the focus a moment after it is seen.
  await expect.poll(() => search.evaluate((it) => it === document.activeElement)).toBe(true);
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
  await search.waitFor({ state: "detached" });
}
