/** The live desk: chats in lists, one chat with all that belongs to it, and what an agent does with it. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { request, type Schemas } from "./client.ts";

/** The lists of the desk, in their order. */
export const DESK_LISTS = ["needs_person", "mine", "with_bot", "all", "snoozed", "closed"] as const;
export type DeskListName = (typeof DESK_LISTS)[number];

/** A file that somebody sent. */
export type StoredFile = Schemas["StoredFile"];

export type NamedAgent = Schemas["AgentInShort"];

export type DeskMessage = Schemas["LoggedMessage"];

export type DeskNote = Schemas["Note"];

export type DeskUser = Schemas["DeskUser"];

/** A chat as lists show it. */
export type DeskSession = Schemas["DeskSessionView"];

/** Where a flag or a field came from. */
export type Origin = Schemas["OriginView"];

/** One chat with all that belongs to it. */
export type DeskChat = Schemas["DeskChatView"];

export interface DeskPage {
  data: DeskSession[];
  next_cursor?: string | null;
}

export type DeskCounts = Schemas["DeskCountsView"];

export type PresenceStatus = Schemas["Presence"];

/** A colleague who answers chats. */
export type DeskAgent = Schemas["DeskAgentView"];

/** Whether an agent may see a person at all. */
export const sees = (agent: Pick<DeskAgent, "limited_to_flags">, { user }: Pick<DeskSession, "user">): boolean =>
  agent.limited_to_flags.length === 0 || agent.limited_to_flags.some((it) => user.flags.includes(it));

const DESK = "/api/v1/desk";
const at = (id: string, rest = ""): string => `${DESK}/sessions/${encodeURIComponent(id)}${rest}`;

/** By what a list is narrowed, beside words. */
export interface ChatFilter {
  /** A flag of the person. */
  flag?: string;
  /** A bot, by its function id. */
  bot?: string;
  language?: string;
  /** Who has the chat, by id. */
  agent?: string;
}

/** A list, and by what it is narrowed. */
export interface DeskFilter extends ChatFilter {
  list: DeskListName;
  q?: string;
}

export const DESK_LIST_KEY = ["desk", "list"] as const;

/** Which list is kept under a key of `deskListQuery`. */
export const filterOf = (key: readonly unknown[]): DeskFilter => key[DESK_LIST_KEY.length] as DeskFilter;

export const deskListQuery = (filter: DeskFilter) =>
  infiniteQueryOptions({
    queryKey: [...DESK_LIST_KEY, filter],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => {
      const { list, q, flag, bot, language, agent } = filter;
      const search = new URLSearchParams({ list, limit: "50" });
      const more = { q, flag, function_id: bot, language, agent_id: agent, cursor: pageParam };
      for (const [name, value] of Object.entries(more)) if (value) search.set(name, value);
      return (await request<DeskPage>("GET", `${DESK}/sessions?${search}`, { signal })).data;
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const readDeskChat = async (id: string, signal: AbortSignal): Promise<DeskChat> =>
  (await request<DeskChat>("GET", at(id), { signal })).data;

export const deskAgentsQuery = queryOptions({
  queryKey: ["desk", "agents"],
  queryFn: async ({ signal }) => (await request<{ data: DeskAgent[] }>("GET", `${DESK}/agents`, { signal })).data.data,
});

/** Whether one is there, and how many chats one takes at once. */
export type Presence = Schemas["PresenceView"];

export const presenceQuery = queryOptions({
  queryKey: ["desk", "presence"],
  queryFn: async ({ signal }) => (await request<Presence>("GET", `${DESK}/presence`, { signal })).data,
});

export const setPresence = async (wish: { status: PresenceStatus; capacity?: number }): Promise<Presence> =>
  (await request<Presence>("PUT", `${DESK}/presence`, { body: wish })).data;

/** What is done with a chat answers with the chat as it is then. */
const act = async (id: string, what: string, body: object = {}, keepalive = false): Promise<DeskSession> =>
  (await request<DeskSession>("POST", at(id, what), { body, keepalive })).data;

/** Of several who try at once one wins; the others are refused with `taken` and who it is. */
export const takeOver = (id: string) => act(id, "/take_over");

/** What an agent says: words, or a file that was uploaded. */
export type Said = { text: string } | { file_id: string };

/** Says something, once however often it is sent under this id. `isLast`: the page goes away, and the call has to outlive it. */
export const answerChat = (id: string, said: Said, client_message_id: string, isLast = false) =>
  act(id, "/messages", { ...said, client_message_id }, isLast);

export const handBack = (id: string, box_id?: string) => act(id, "/hand_back", box_id ? { box_id } : {});

export const closeChat = (id: string) => act(id, "/close");

export type TransferTo = { agent_id: string } | { flag: string };

export const transferChat = (id: string, to: TransferTo, note: string) => act(id, "/transfer", { ...to, note });

export const answerOffer = (id: string, accept: boolean) => act(id, accept ? "/transfer/accept" : "/transfer/decline");

/** Notes something for colleagues. Those whose ids are given are told of it. */
export const addNote = async (id: string, text: string, mentions: string[] = []): Promise<DeskNote> =>
  (await request<DeskNote>("POST", at(id, "/notes"), { body: mentions.length > 0 ? { text, mentions } : { text } })).data;

/** Puts a chat aside until then, or until the user writes. */
export const snoozeChat = async (id: string, until: Date): Promise<void> => {
  await request("POST", at(id, "/snooze"), { body: { until: until.toISOString() } });
};

/** Brings back a chat that was put aside. */
export const wakeChat = async (id: string): Promise<void> => {
  await request("DELETE", at(id, "/snooze"));
};

/** Uploads a file of an agent; it is said by `answerChat` afterwards. */
export const uploadToChat = async (id: string, file: File): Promise<StoredFile> =>
  (await request<{ file: StoredFile }>("POST", at(id, `/files?name=${encodeURIComponent(file.name)}`), { body: file })).data.file;

/** Where a browser downloads a file of a chat from, whoever sent it. */
export const fileUrl = (id: string, fileId: string): string =>
  `/api/v1/chat_logs/${encodeURIComponent(id)}/files/${encodeURIComponent(fileId)}`;

/** Tells the visitor that somebody types. Lost without a trace when it does not arrive. */
export const tellTyping = (id: string): Promise<void> =>
  request("POST", at(id, "/typing"), { body: {} }).then(
    () => undefined,
    () => undefined,
  );

export const putChatFlag = async (id: string, flag: string): Promise<void> => {
  await request("PUT", at(id, `/flags/${encodeURIComponent(flag)}`));
};

export const takeChatFlag = async (id: string, flag: string): Promise<void> => {
  await request("DELETE", at(id, `/flags/${encodeURIComponent(flag)}`));
};

/** What is absent stays, null removes. */
export const setChatFields = async (id: string, fields: Record<string, unknown>): Promise<DeskSession> =>
  (await request<DeskSession>("PATCH", at(id, "/fields"), { body: { fields } })).data;
