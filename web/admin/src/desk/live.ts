/** What the desk knows of this moment, beside what it keeps of chats: whether it is connected, who types, what is offered. */
import { create } from "zustand";
import type { DeskCounts, DeskSession } from "../api/desk.ts";
import { onLeave } from "../session/leaving.ts";

/** `refused`: the server has no desk for this agent. */
export type Connected = "connecting" | "open" | "lost" | "refused";

export interface Typing {
  from: "user" | "agent";
  name?: string;
  at: number;
}

interface Live {
  connected: Connected;
  /** Since when there is no connection. */
  lostAt: number | null;
  counts: DeskCounts | null;
  /** Who typed last in which chat. */
  typing: Readonly<Record<string, Typing>>;
  /** Chats that are offered to the agent. */
  offers: Readonly<Record<string, DeskSession>>;
  /** The chats of the agent in which the visitor has the last word. */
  unread: Readonly<Record<string, true>>;
  /** The chat that is on the screen. */
  openChat: string | null;
}

const NOTHING: Live = { connected: "connecting", lostAt: null, counts: null, typing: {}, offers: {}, unread: {}, openChat: null };

export const useLive = create<Live>(() => NOTHING);

export const forgetLive = (): void => useLive.setState(NOTHING, true);
onLeave(forgetLive);

function without<T>(all: Readonly<Record<string, T>>, id: string): Readonly<Record<string, T>> {
  if (!(id in all)) return all;
  const { [id]: _, ...rest } = all;
  return rest;
}

function put<T>(all: Readonly<Record<string, T>>, id: string, value: T | null): Readonly<Record<string, T>> {
  return value === null ? without(all, id) : { ...all, [id]: value };
}

/** Notes how a chat is now, for the agent with this id. */
export function noteSession(chat: DeskSession, agentId: string): void {
  const id = chat.session.id;
  const isOffered = chat.offer?.agent_id === agentId && chat.status !== "ended";
  const isUnread = chat.agent?.id === agentId && chat.unread && chat.status !== "ended";
  useLive.setState(({ offers, unread }) => ({
    offers: put(offers, id, isOffered ? chat : null),
    unread: put(unread, id, isUnread ? true : null),
  }));
}

export const noteTyping = (id: string, typing: Typing | null): void => useLive.setState((it) => ({ typing: put(it.typing, id, typing) }));
