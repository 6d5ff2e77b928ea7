/** What was read of the desk, kept right by what the stream tells. */
import { type InfiniteData, type QueryClient, queryOptions } from "@tanstack/react-query";
import {
  DESK_LIST_KEY,
  type DeskChat,
  type DeskMessage,
  type DeskPage,
  type DeskSession,
  deskAgentsQuery,
  filterOf,
  presenceQuery,
  readDeskChat,
} from "../api/desk.ts";
import { onLeave } from "../session/leaving.ts";
import { hasGap, wholeUntil, withHead, withMessage } from "./conversation.ts";
import { placed } from "./lists.ts";
import { noteSession } from "./live.ts";

/** The newest `seq` that was told of each chat: a reading that began before it is too old. */
const told = new Map<string, number>();
onLeave(() => told.clear());

/** How often a chat is read again because something was said meanwhile. */
const MOST_READINGS = 4;

async function readWhole(id: string, signal: AbortSignal): Promise<DeskChat> {
  for (let reading = 1; ; reading += 1) {
    const chat = await readDeskChat(id, signal);
    if (reading >= MOST_READINGS || wholeUntil(chat.messages) >= (told.get(id) ?? 0)) return chat;
  }
}

const chatKey = (id: string) => ["desk", "chat", id] as const;

export const deskChatQuery = (id: string) => queryOptions({ queryKey: chatKey(id), queryFn: ({ signal }) => readWhole(id, signal) });

/** A chat is so now: in every list, and on the screen if it is open. */
export function takeSession(queries: QueryClient, agentId: string, head: DeskSession): void {
  const { id, last_seq } = head.session;
  told.set(id, Math.max(told.get(id) ?? 0, last_seq));
  noteSession(head, agentId);
  for (const [key] of queries.getQueriesData<InfiniteData<DeskPage>>({ queryKey: DESK_LIST_KEY })) {
    const filter = filterOf(key);
    queries.setQueryData<InfiniteData<DeskPage>>(key, (old) => old && placed(old, filter, head, agentId));
  }
  queries.setQueryData<DeskChat>(chatKey(id), (old) => old && withHead(old, head));
  rereadGap(queries, id, last_seq);
}

/** Something was said. */
export function takeMessage(queries: QueryClient, id: string, message: DeskMessage): void {
  told.set(id, Math.max(told.get(id) ?? 0, message.seq));
  queries.setQueryData<DeskChat>(chatKey(id), (old) => old && withMessage(old, message));
  rereadGap(queries, id, message.seq);
}

/** Reads a chat again of which something is missing. */
function rereadGap(queries: QueryClient, id: string, lastSeq: number): void {
  const chat = queries.getQueryData<DeskChat>(chatKey(id));
  if (chat && hasGap(chat, lastSeq)) void queries.invalidateQueries({ queryKey: chatKey(id) }, { cancelRefetch: false });
}

export const rereadChat = (queries: QueryClient, id: string) => queries.invalidateQueries({ queryKey: chatKey(id) });

/** A connection is new, or something was missed: what is on the screen is read again, the rest when it is needed. */
export const rereadAll = (queries: QueryClient) => queries.invalidateQueries({ queryKey: ["desk"] });

/** Somebody came, went, or has another number of chats. */
export function rereadPresence(queries: QueryClient): void {
  void queries.invalidateQueries({ queryKey: deskAgentsQuery.queryKey });
  void queries.invalidateQueries({ queryKey: presenceQuery.queryKey });
}
