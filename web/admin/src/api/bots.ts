/** Bots: their list, and what is done with one as a whole. The draft itself belongs to the Bot Builder. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";

export interface Actor {
  kind: "bot" | "agent" | "token" | "user" | "system";
  id?: string | null;
}

export interface BotSummary {
  id: string;
  function_id: string;
  name: string;
  type: string;
  status: "active" | "archived";
  live_version: number | null;
  draft_revision: number;
  draft_changed: boolean;
  problems: { errors: number; warnings: number };
  last_7_days: { sessions: number; completed: number };
  created_at: string;
  updated_at: string;
  updated_by: Actor | null;
  published_at: string | null;
}

export interface Finding {
  severity: "error" | "warning";
  code: string;
  box_id?: string | null;
  link?: number | null;
  message: string;
}

/** A bot's document, of which this part of the app reads only the names. */
export interface BotDocument {
  function_id: string;
  name: string;
  language?: string;
  boxes?: unknown[];
  [key: string]: unknown;
}

export interface BotDraft {
  bot: BotSummary;
  revision: number;
  document: BotDocument;
  findings: Finding[];
}

export interface Template {
  id: string;
  name: string;
  description: string;
  language: string;
  boxes: number;
  needs: string[];
}

interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

export type NewBot =
  | { document: BotDocument }
  | { function_id: string; name: string; language?: string }
  | { function_id: string; name: string; template: string }
  | { function_id: string; name: string; copy_of: string };

export const BOTS = "/api/v1/admin/bots";
const at = (functionId: string): string => `${BOTS}/${encodeURIComponent(functionId)}`;

/** How many come at once; the rest follows by itself. */
const PAGE = 200;

/** All bots of a status, with those whose texts contain `q`. */
export const botsQuery = (status: BotSummary["status"], q = "") =>
  infiniteQueryOptions({
    queryKey: ["bots", status, q],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => {
      const search = new URLSearchParams({ status, limit: String(PAGE) });
      if (q) search.set("q", q);
      if (pageParam) search.set("cursor", pageParam);
      return (await request<Page<BotSummary>>("GET", `${BOTS}?${search}`, { signal })).data;
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const templatesQuery = queryOptions({
  queryKey: ["templates"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => (await request<{ data: Template[] }>("GET", "/api/v1/admin/templates", { signal })).data.data,
});

export const createBot = async (bot: NewBot): Promise<BotDraft> => (await request<BotDraft>("POST", BOTS, { body: bot })).data;

export const archiveBot = async (functionId: string): Promise<BotSummary> =>
  (await request<BotSummary>("POST", `${at(functionId)}/archive`, { body: {} })).data;

export const restoreBot = async (functionId: string): Promise<BotSummary> =>
  (await request<BotSummary>("POST", `${at(functionId)}/restore`, { body: {} })).data;

/** For ever; only archived bots without sessions. */
export const deleteBot = async (functionId: string): Promise<void> => {
  await request("DELETE", at(functionId));
};

/** Gives the draft another name. What is live keeps its name until the next publishing. */
export async function renameBot(functionId: string, name: string): Promise<void> {
  const { data: draft } = await request<BotDraft>("GET", at(functionId));
  await request("PUT", `${at(functionId)}/draft`, {
    body: { document: { ...draft.document, name } },
    headers: { "If-Match": `"${draft.revision}"` },
  });
}

export const validateBot = async (document: BotDocument): Promise<Finding[]> =>
  (await request<{ findings: Finding[] }>("POST", `${BOTS}/validate`, { body: { document } })).data.findings;

/** Where a browser downloads the draft from. */
export const exportUrl = (functionId: string): string => `${at(functionId)}/export`;
