/** Until when a chat can be put aside. Pure. */
export const SNOOZES = ["hour", "tomorrow"] as const;
export type Snooze = (typeof SNOOZES)[number];

const MINUTE = 60_000;
/** As the server has it. */
const SHORTEST_MS = MINUTE;
const LONGEST_MS = 30 * 24 * 60 * MINUTE;

/** In the agent's own time: in an hour, or tomorrow at eight. */
export function snoozeUntil(snooze: Snooze, now: Date): Date {
  if (snooze === "hour") return new Date(now.getTime() + 60 * MINUTE);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 8);
}

export function isSnoozeTime(until: Date, now: Date): boolean {
  const wait = until.getTime() - now.getTime();
  // What is not a time is neither.
  return wait >= SHORTEST_MS && wait <= LONGEST_MS;
}
