/** Who has not touched the app for a while, in none of its tabs, is away; and is back with the next touch. */
import type { PresenceStatus } from "../api/desk.ts";
import { lastUsedAt } from "../session/use.ts";

export const AWAY_AFTER_MS = 5 * 60_000;
const LOOK_EVERY_MS = 5_000;

/** What to change, if anything. `wasAuto`: nobody chose to be away, it was noticed. */
export function change(isIdle: boolean, status: PresenceStatus | undefined, wasAuto: boolean): PresenceStatus | null {
  if (isIdle && status === "online") return "away";
  return !isIdle && status === "away" && wasAuto ? "online" : null;
}

/** Watches. Returns how to stop. */
export function watchUse(statusNow: () => PresenceStatus | undefined, set: (status: PresenceStatus) => void): () => void {
  // Use in another tab is use as well.
  const channel = new BroadcastChannel("smartbot.use");
  let elsewhere = 0;
  let told = 0;
  let wasAuto = false;
  channel.onmessage = ({ data }: MessageEvent<number>) => {
    elsewhere = Math.max(elsewhere, data);
  };
  const look = () => {
    const own = lastUsedAt();
    if (own > told) {
      told = own;
      channel.postMessage(own);
    }
    const status = statusNow();
    const next = change(Date.now() - Math.max(own, elsewhere) > AWAY_AFTER_MS, status, wasAuto);
    if (next) {
      wasAuto = next === "away";
      set(next);
    } else if (status !== "away") wasAuto = false;
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    channel.close();
  };
}
