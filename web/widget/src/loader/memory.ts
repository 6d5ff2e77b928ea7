/** What the loader remembers on the customer's page: that a chat is there, never what is in it. Works without storage, too. */

function storage(kind: "localStorage" | "sessionStorage"): Storage | null {
  try {
    return window[kind];
  } catch {
    return null;
  }
}

function attempt<T>(act: () => T, otherwise: T): T {
  try {
    return act();
  } catch {
    return otherwise;
  }
}

export type Mark = "open" | "kept";

export function hasMark(key: string, mark: Mark): boolean {
  return attempt(() => storage("sessionStorage")?.getItem(`smartbot:${mark}:${key}`) === "1", false);
}

export function setMark(key: string, mark: Mark, isSet: boolean): void {
  const name = `smartbot:${mark}:${key}`;
  attempt(() => (isSet ? storage("sessionStorage")?.setItem(name, "1") : storage("sessionStorage")?.removeItem(name)), undefined);
}

const TEASER_RESTS = 7 * 24 * 3_600_000;

/** Whether the teaser was put away within the last week. */
export function isTeaserPutAway(key: string): boolean {
  return attempt(() => Date.now() - Number(storage("localStorage")?.getItem(`smartbot:teaser:${key}`) ?? 0) < TEASER_RESTS, false);
}

export function putTeaserAway(key: string): void {
  attempt(() => storage("localStorage")?.setItem(`smartbot:teaser:${key}`, String(Date.now())), undefined);
}
