/** What tests of the Bot Builder do again and again. */
import type { Page } from "playwright-core";
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

/** Waits until a bot that is opened already is drawn. */
export async function drawn(page: Page, functionId: string): Promise<void> {
  await page.locator(`[data-builder="${functionId}"]`).waitFor();
  await page.locator("[data-box]").first().waitFor();
}

/** Waits until the server has everything. */
export async function saved(page: Page): Promise<void> {
  await page.locator('[data-save-state="saved"]').waitFor();
}

/** The box that has the focus, if one has. */
export const focusedBox = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.getAttribute("data-box") ?? null);

export async function expectFocus(page: Page, box: string): Promise<void> {
  await expect.poll(() => focusedBox(page)).toBe(box);
}

/** What was read out last. */
export const said = (page: Page): Promise<string | null> => page.locator("[data-builder-announcer]").textContent();

/** Chooses from the list of a dialog by typing. */
export async function pick(page: Page, words: string): Promise<void> {
  const search = page.getByRole("dialog").getByRole("combobox");
  // A dialog takes the focus a moment after it is seen.
  await expect.poll(() => search.evaluate((it) => it === document.activeElement)).toBe(true);
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
  await search.waitFor({ state: "detached" });
}
