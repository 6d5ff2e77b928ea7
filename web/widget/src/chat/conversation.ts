/**
 * What the panel knows of a chat, and how it changes. Pure. Messages are taken in by their `seq` and shown only as a row without gaps:
 * whatever comes twice, out of order or on two ways, each is there once and in its place.
 */
import type { Answered, Awaiting, Message, Said, Session } from "@smartbot/sdk";

export type Status = Session["status"];

/** Something that the visitor said and that has not come back from the server yet. */
export interface Pending {
  /** The `client_message_id`: however often it is sent, it is said once. */
  id: string;
  said: Said;
  /** How it looks until the server tells it. */
  text: string;
  at: string;
  /** `waiting` for the connection or its turn, on its way, taken by the server, or refused. */
  state: "waiting" | "sending" | "sent" | "refused";
  /** Why it was refused. */
  code?: string;
}

export type Phase =
  | "idle"
  | "starting"
  | "open"
  | "ended"
  /** The start was refused, or nobody answered it. */
  | "failed"
  /** The chat that was kept is over or unknown by now. */
  | "gone";

export interface Conversation {
  phase: Phase;
  /** Why it is `failed`. */
  code: string | null;
  /** When a start or a message that came too often may be tried again, in milliseconds. */
  pausedUntil: number | null;
  sessionId: string | null;
  language: string | null;
  status: Status | null;
  /** From the first message on, without a gap. */
  lines: Message[];
  /** Beyond a gap, waiting for what is between. */
  held: Message[];
  /** Lines up to this `seq` were there before the visitor looked: they are no news. */
  oldSeq: number;
  pending: Pending[];
  /** How what was said here looked, by its `client_message_id`: the server knows a choice by its value, people by its label. */
  saidAs: Readonly<Record<string, string>>;
  awaiting: Awaiting | null;
  /** The `last_seq` that `awaiting` belongs to. */
  awaitingSeq: number;
  agent: string | null;
  typing: "bot" | "agent" | null;
  isConnected: boolean;
}

export const EMPTY: Conversation = {
  phase: "idle",
  code: null,
  pausedUntil: null,
  sessionId: null,
  language: null,
  status: null,
  lines: [],
  held: [],
  oldSeq: 0,
  pending: [],
  saidAs: {},
  awaiting: null,
  awaitingSeq: 0,
  agent: null,
  typing: null,
  isConnected: true,
};

export type Change =
  | { type: "starting" }
  | { type: "opened"; session: Session; messages: Message[]; awaiting: Awaiting | null }
  | { type: "resuming"; sessionId: string }
  | { type: "failed"; code: string; pausedUntil?: number | null }
  | { type: "gone" }
  | { type: "message"; message: Message }
  | { type: "messages"; messages: Message[] }
  | { type: "status"; status: Status; awaiting: Awaiting | null; lastSeq: number; agent?: { name: string } | null }
  | { type: "answered"; id: string | null; answered: Answered }
  | { type: "typing"; from: "bot" | "agent" | null; name?: string }
  | { type: "pending"; pending: Pending[] }
  | { type: "connection"; isConnected: boolean }
  | { type: "paused"; until: number | null }
  | { type: "forgotten" };

export function lastSeq(chat: Conversation): number {
  return chat.lines.at(-1)?.seq ?? 0;
}

/** Whether something is missing between what is shown and what is known to exist. */
export function hasGap(chat: Conversation): boolean {
  return chat.held.length > 0 || chat.awaitingSeq > lastSeq(chat);
}

/** Takes messages in: what is next goes to the lines, what is beyond waits, what is known is dropped. */
function take(chat: Conversation, messages: readonly Message[]): Conversation {
  const bySeq = new Map(chat.held.map((it) => [it.seq, it]));
  const known = lastSeq(chat);
  for (const it of messages) if (it.seq > known) bySeq.set(it.seq, it);
  if (bySeq.size === chat.held.length && messages.every((it) => it.seq <= known)) return chat;
  const lines = [...chat.lines];
  const held: Message[] = [];
  for (const it of [...bySeq.values()].sort((a, b) => a.seq - b.seq)) {
    if (it.seq === (lines.at(-1)?.seq ?? 0) + 1) lines.push(it);
    else held.push(it);
  }
  const fresh = lines.slice(chat.lines.length);
  const told = new Set(fresh.map((it) => it.client_message_id));
  const pending = chat.pending.some((it) => told.has(it.id)) ? chat.pending.filter((it) => !told.has(it.id)) : chat.pending;
  const stillTypes = !fresh.some((it) => it.from === chat.typing);
  return { ...chat, lines, held, pending, typing: stillTypes ? chat.typing : null };
}

/** Takes in what the session waits for, unless something newer is known. */
function stand(chat: Conversation, status: Status, awaiting: Awaiting | null, seq: number): Conversation {
  if (seq < chat.awaitingSeq) return chat;
  const isOver = status === "ended";
  const typing = isOver || (awaiting !== null && awaiting.kind !== "api" && chat.typing === "bot") ? null : chat.typing;
  return { ...chat, status, awaiting: isOver ? null : awaiting, awaitingSeq: seq, phase: isOver ? "ended" : "open", typing };
}

export function reduce(chat: Conversation, change: Change): Conversation {
  switch (change.type) {
    case "starting":
      return { ...EMPTY, phase: "starting", isConnected: chat.isConnected };
    case "opened": {
      const { session, messages, awaiting } = change;
      const opened = { ...EMPTY, phase: "open" as const, sessionId: session.id, language: session.language, isConnected: chat.isConnected };
      return stand(take(opened, messages), session.status, awaiting, session.last_seq);
    }
    case "resuming":
      return { ...EMPTY, phase: "starting", sessionId: change.sessionId, isConnected: chat.isConnected };
    case "failed":
      return { ...chat, phase: "failed", code: change.code, pausedUntil: change.pausedUntil ?? null };
    case "gone":
      return { ...chat, phase: chat.lines.length > 0 ? "ended" : "gone", status: "ended", awaiting: null, typing: null };
    case "message":
      return take(chat, [change.message]);
    case "messages":
      return take(chat, change.messages);
    case "status": {
      // The first word about where it stands comes after all that was said before: until here it was history.
      const oldSeq = chat.phase === "starting" ? change.lastSeq : chat.oldSeq;
      const next = stand({ ...chat, oldSeq }, change.status, change.awaiting, change.lastSeq);
      return change.agent === undefined ? next : { ...next, agent: change.agent?.name ?? null };
    }
    case "answered": {
      const { messages, session, awaiting } = change.answered;
      const pending = chat.pending.map((it) => (it.id === change.id ? { ...it, state: "sent" as const } : it));
      return stand(take({ ...chat, pending }, messages), session.status, awaiting ?? null, session.last_seq);
    }
    case "typing":
      return { ...chat, typing: change.from, agent: change.from === "agent" && change.name ? change.name : chat.agent };
    case "pending": {
      const told = new Set(chat.lines.map((it) => it.client_message_id));
      const saidAs = { ...chat.saidAs, ...Object.fromEntries(change.pending.map((it) => [it.id, it.text])) };
      return { ...chat, saidAs, pending: change.pending.filter((it) => !told.has(it.id)) };
    }
    case "connection":
      return chat.isConnected === change.isConnected ? chat : { ...chat, isConnected: change.isConnected };
    case "paused":
      return { ...chat, pausedUntil: change.until };
    case "forgotten":
      return { ...EMPTY, isConnected: chat.isConnected };
  }
}

/** Whether the last question was asked again because the answer did not fit; then with what was answered. */
export function refusedAnswer(chat: Conversation): string | null {
  const bot = chat.lines.findLast((it) => it.from === "bot");
  const user = chat.lines.findLast((it) => it.from === "user");
  if (!bot || !user || bot.seq < user.seq || !bot.box_id || bot.box_id !== user.box_id || user.kind !== "text") return null;
  // Once something else was said in between, it is another question.
  const between = chat.lines.filter((it) => it.seq > user.seq && it.from === "bot");
  return between.length === 1 ? user.text : null;
}
