/** Bots: their list, and what is done with one as a whole. The draft itself belongs to the Bot Builder. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, body, request, type Schemas } from "./client.ts";

export type BotSummary = Schemas["BotSummary"];
export type BotStatus = Schemas["BotStatus"];
export type Finding = Schemas["Finding"];
export type Template = Schemas["TemplateInfo"];

/** A bot's document, of which this part of the app reads only the names. */
export interface BotDocument {
  function_id: string;
  name: string;
  boxes?: unknown[];
  [key: string]: unknown;
}

interface BotDraft {
  bot: BotSummary;
  revision: number;
  document: BotDocument;
}

export type NewBot =
  | { document: BotDocument }
  | { function_id: string; name: string; language?: string }
  | { function_id: string; name: string; template: string }
  | { function_id: string; name: string; copy_of: string };

const BOTS = "/api/v1/admin/bots";
const at = (functionId: string): string => `${BOTS}/${encodeURIComponent(functionId)}`;
const path = (function_id: string) => ({ params: { path: { function_id } } });

/** How many come at once; the rest follows by itself. */
const PAGE = 200;

/** All bots of a status. */
export const botsQuery = (status: BotStatus) =>
  infiniteQueryOptions({
    queryKey: ["bots", status],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET("/api/v1/admin/bots", {
          params: { query: { status, limit: PAGE, cursor: pageParam || undefined } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const templatesQuery = queryOptions({
  queryKey: ["templates"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => (await body(api.GET("/api/v1/admin/templates", { signal }))).data,
});

export const archiveBot = (functionId: string) => body(api.POST("/api/v1/admin/bots/{function_id}/archive", path(functionId)));

export const restoreBot = (functionId: string) => body(api.POST("/api/v1/admin/bots/{function_id}/restore", path(functionId)));

/** For ever; only archived bots without sessions. */
export const deleteBot = async (functionId: string): Promise<void> => {
  await api.DELETE("/api/v1/admin/bots/{function_id}", path(functionId));
};

// Documents go by untyped calls: their schema is `/schemas/bot.json`, which the OpenAPI document only names.

export const createBot = async (bot: NewBot): Promise<BotDraft> => (await request<BotDraft>("POST", BOTS, { body: bot })).data;

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
