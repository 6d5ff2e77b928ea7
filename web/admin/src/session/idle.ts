/** When an unused browser session ends, and when to warn of it. Pure, but for what the shell tells it. */

/** How long before the end the warning comes. */
export const WARNING_MS = 60_000;

/** How often use is told to the server at the most: it keeps the last use to the minute. */
export const TOUCH_MS = 60_000;

export interface Ends {
  /** When the session ends unless it is used. */
  expiresAt: number;
  /** When it ends however much it is used. */
  endsAt: number;
}

export type Verdict =
  | { kind: "wait"; forMs: number }
  | { kind: "touch" }
  | { kind: "warn"; secondsLeft: number; final: boolean }
  | { kind: "over" };

/**
 * What to do now. `toldAt` is when the server last said when the session ends, `usedAt` when somebody last touched the page.
 * Use that the server does not know of yet is told to it before anybody is warned.
 */
export function judge(ends: Ends, toldAt: number, usedAt: number, now: number): Verdict {
  const end = Math.min(ends.expiresAt, ends.endsAt);
  if (now >= end) return { kind: "over" };
  // Use cannot move the last end.
  const final = ends.expiresAt >= ends.endsAt;
  // A clock that jumped, because the computer slept, makes old use no newer.
  const untold = usedAt > toldAt && now - usedAt < 2 * TOUCH_MS;
  if (!final && untold && (now - toldAt >= TOUCH_MS || end - now <= WARNING_MS)) return { kind: "touch" };
  if (end - now <= WARNING_MS) return { kind: "warn", secondsLeft: Math.ceil((end - now) / 1_000), final };
  const untilTouch = untold && !final ? Math.max(0, toldAt + TOUCH_MS - now) : Number.POSITIVE_INFINITY;
  return { kind: "wait", forMs: Math.min(end - WARNING_MS - now, untilTouch) };
}
