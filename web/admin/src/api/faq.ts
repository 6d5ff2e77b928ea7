/** Questions and answers: the documents of FAQ bots, and the chit-chat of the workspace. */
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";

export interface FaqEntry {
  id: string;
  question: string;
  /** Other ways to ask it. */
  variants?: string[];
  answer: string;
  /** Only for sessions in it; none is all. */
  language?: string;
}

export interface FaqDocument {
  format: string;
  function_id: string;
  name: string;
  type: "faq";
  language: string;
  languages?: string[];
  description?: string;
  greeting?: string;
  /** Said when no entry fits well enough. */
  no_answer?: string;
  /** From 0 to 1: how well an entry must fit. */
  threshold?: number;
  /** Words that mean the same, group by group. */
  synonyms?: string[][];
  hashtags?: string[];
  entries: FaqEntry[];
  [more: string]: unknown;
}

export interface ChitChatEntry {
  id: string;
  phrases: string[];
  answer: string;
  language?: string;
}

export interface ChitChat {
  enabled: boolean;
  entries: ChitChatEntry[];
}

const CHIT_CHAT = "/api/v1/admin/chit_chat";

export const chitChatQuery = queryOptions({
  queryKey: ["chit-chat"],
  queryFn: async ({ signal }) => (await request<ChitChat>("GET", CHIT_CHAT, { signal })).data,
});

export const saveChitChat = async (script: ChitChat): Promise<ChitChat> =>
  (await request<ChitChat>("PUT", CHIT_CHAT, { body: script })).data;

interface Step {
  state: unknown;
  user: unknown;
  messages: { text?: string }[];
}

/** What the bot says to a question, as the document is. Nothing of it is kept. */
export async function askFaq(document: FaqDocument, text: string): Promise<string[]> {
  const step = async (state: unknown, input: object, user: unknown) =>
    (await request<Step>("POST", "/api/v1/admin/previews/step", { body: { document, state, input, user, external: "ask" } })).data;
  const started = await step(null, { start: true }, { fields: {}, flags: [] });
  const answered = await step(started.state, { text }, started.user);
  return answered.messages.map((it) => it.text ?? "");
}
