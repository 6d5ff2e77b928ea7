/** Which chat is in which list, and where. Pure: the same rules that the server goes by, so that a list stays right while chats change. */
import type { InfiniteData } from "@tanstack/react-query";
import type { DeskFilter, DeskListName, DeskPage, DeskSession } from "../api/desk.ts";
import { passes } from "./filter.ts";

/** Whether a chat is in a list of the agent with this id. What is offered to the agent is among the agent's own; what is put aside is in one list beside that of all. */
export function belongs(list: DeskListName, chat: DeskSession, agentId: string): boolean {
  const isOver = chat.status === "ended";
  const isSnoozed = !isOver && Boolean(chat.snoozed_until);
  switch (list) {
    case "needs_person":
      return !isSnoozed && chat.status === "waiting_for_agent";
    case "mine":
      return !isOver && !isSnoozed && (chat.agent?.id === agentId || chat.offer?.agent_id === agentId);
    case "with_bot":
      return !isSnoozed && chat.status === "active";
    case "all":
      return !isOver;
    case "snoozed":
      return isSnoozed;
    case "closed":
      return isOver;
  }
}

/** Who waits longest is first; elsewhere the newest chat. */
function isBefore(list: DeskListName, a: DeskSession, b: DeskSession): boolean {
  if (list === "needs_person") return (a.waiting_since ?? "") < (b.waiting_since ?? "");
  return a.session.created_at > b.session.created_at;
}

type Pages = InfiniteData<DeskPage>;

/** A list with a chat as it is now: in its place, at a new one, or gone. What words find is the server's to say: there only what is shown already changes. */
export function placed(pages: Pages, filter: DeskFilter, chat: DeskSession, agentId: string): Pages {
  const { list, q } = filter;
  const id = chat.session.id;
  const stays = belongs(list, chat, agentId) && passes(filter, chat);
  let isThere = false;
  const next = pages.pages.map((page) => {
    if (!page.data.some((it) => it.session.id === id)) return page;
    isThere = true;
    const data = stays ? page.data.map((it) => (it.session.id === id ? chat : it)) : page.data.filter((it) => it.session.id !== id);
    return { ...page, data };
  });
  if (isThere) return { ...pages, pages: next };
  const [first, ...rest] = next;
  if (!stays || q || !first) return pages;
  const at = first.data.findIndex((it) => isBefore(list, chat, it));
  const place = at < 0 ? first.data.length : at;
  return { ...pages, pages: [{ ...first, data: first.data.toSpliced(place, 0, chat) }, ...rest] };
}
