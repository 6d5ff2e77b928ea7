/** How far the lines are shown: a bot that seems to type takes the time its box says. History and hidden tabs take none. */
import { useEffect, useState } from "preact/hooks";
import type { Conversation } from "../chat/conversation.ts";

/** Whatever a box says, nobody waits for longer. */
const LONGEST = 3_000;

export function useRevealed(chat: Conversation, isOpen: boolean): { shown: number; isTyping: boolean } {
  const [shown, setShown] = useState(0);
  const from = Math.max(shown, chat.oldSeq);
  // What was said after a line shows that it has been read.
  const spoken = chat.lines.findLast((it) => it.from === "user")?.seq ?? 0;
  const isQuick = !isOpen || document.visibilityState === "hidden";
  const slow = isQuick ? undefined : chat.lines.find((it) => it.seq > Math.max(from, spoken) && (it.typing_delay_ms ?? 0) > 0);
  const last = chat.lines.at(-1)?.seq ?? 0;
  const now = slow ? slow.seq - 1 : last;
  const slowSeq = slow?.seq;
  const delay = Math.min(slow?.typing_delay_ms ?? 0, LONGEST);
  useEffect(() => {
    if (slowSeq === undefined) {
      setShown(now);
      return;
    }
    const timer = setTimeout(() => setShown(slowSeq), delay);
    return () => clearTimeout(timer);
  }, [slowSeq, delay, now]);
  return { shown: Math.max(from, now), isTyping: slow !== undefined };
}
