/** What of the desk's news is worth an alert. Pure. */
import type { DeskSession } from "../api/desk.ts";

/** `waiting`: somebody asked for a person; `assigned`: a chat is offered; `message`: the visitor of an own chat wrote; `woken`: a chat that was put aside is back. */
export const ALERTS = ["waiting", "assigned", "message", "woken"] as const;
export type Alert = (typeof ALERTS)[number];

/** What was known of a chat. */
export interface Known {
  isWaiting: boolean;
  isOffered: boolean;
  isSnoozed: boolean;
  seq: number;
}

export const knownOf = (chat: DeskSession, agentId: string): Known => ({
  isWaiting: chat.status === "waiting_for_agent",
  isOffered: chat.offer?.agent_id === agentId,
  isSnoozed: Boolean(chat.snoozed_until),
  seq: chat.session.last_seq,
});

/** The alert that a chat's news is, if it is one. Chats of others are none. */
export function alertOf(before: Known | undefined, chat: DeskSession, agentId: string): Alert | null {
  const now = knownOf(chat, agentId);
  if (now.isOffered && !before?.isOffered) return "assigned";
  if (now.isSnoozed) return null;
  // Who waits waits anew after that.
  if (now.isWaiting && (!before?.isWaiting || before.isSnoozed)) return "waiting";
  const isOwn = chat.agent?.id === agentId && chat.status === "with_agent";
  // What was said before anybody looked is no news.
  if (isOwn && before && now.seq > before.seq && chat.last_message?.from === "user") return "message";
  return isOwn && before?.isSnoozed ? "woken" : null;
}
