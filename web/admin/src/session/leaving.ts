/** What is done when a browser session ends, by whoever has something to do then. Knows no screen and no server. */

/** `asked`: by a button; `idle`: nobody was there; `ended`: the server says so; `elsewhere`: in another tab. */
export type Why = "asked" | "idle" | "ended" | "elsewhere";

const leftovers = new Set<() => void>();
const unfinished = new Set<(why: Why) => Promise<void>>();

/** Registers what else to forget once somebody has left. */
export function onLeave(forget: () => void): () => void {
  leftovers.add(forget);
  return () => leftovers.delete(forget);
}

/** Registers what has to be brought to an end while the session still holds. */
export function beforeLeave(finish: (why: Why) => Promise<void>): () => void {
  unfinished.add(finish);
  return () => unfinished.delete(finish);
}

export async function finishAll(why: Why): Promise<void> {
  await Promise.allSettled([...unfinished].map((finish) => finish(why)));
}

export function forgetAll(): void {
  for (const forget of leftovers) forget();
}
