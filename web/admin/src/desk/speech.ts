/** What is read out while somebody works at the desk: lines of the open chat, joined when they come together; of the rest a count, now and then. */
import { announce } from "../ui/announcer.ts";

/** Lines that come within this belong together. */
const TOGETHER_MS = 400;
/** How often the count of waiting chats is said at the most. */
const COUNT_EVERY_MS = 10_000;

let lines: string[] = [];

export function speakLine(line: string): void {
  lines.push(line);
  if (lines.length > 1) return;
  setTimeout(() => {
    announce(lines.join(" "));
    lines = [];
  }, TOGETHER_MS);
}

let saidAt = 0;
let held: ReturnType<typeof setTimeout> | undefined;

/** Says how many wait, at once or as soon as ten seconds have passed since the last time. `words` tells the number of that moment. */
export function speakCount(words: () => string | null): void {
  if (held !== undefined) return;
  const wait = Math.max(0, saidAt + COUNT_EVERY_MS - Date.now());
  held = setTimeout(() => {
    held = undefined;
    saidAt = Date.now();
    const said = words();
    if (said) speakLine(said);
  }, wait);
}
