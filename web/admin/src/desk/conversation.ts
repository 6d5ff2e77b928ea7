/** One chat as it grows. Pure: whatever comes twice or out of order is there once and in its place. */
import type { DeskChat, DeskMessage, DeskSession } from "../api/desk.ts";

/** The `seq` up to which nothing is missing. */
export function wholeUntil(messages: readonly DeskMessage[]): number {
  let seq = 0;
  for (const it of messages) {
    if (it.seq !== seq + 1) break;
    seq = it.seq;
  }
  return seq;
}

/** The chat with a message more. The same chat when it is there already. */
export function withMessage(chat: DeskChat, message: DeskMessage): DeskChat {
  if (chat.messages.some((it) => it.seq === message.seq)) return chat;
  const messages = [...chat.messages, message].sort((a, b) => a.seq - b.seq);
  return { ...chat, messages };
}

/** The chat with what lists know of it now. */
export function withHead(chat: DeskChat, head: DeskSession): DeskChat {
  return { ...chat, ...head };
}

/** Whether something that was said is not here. */
export const hasGap = (chat: DeskChat, lastSeq: number): boolean => wholeUntil(chat.messages) < Math.max(lastSeq, chat.session.last_seq);
