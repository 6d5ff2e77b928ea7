/** Bots by their names: for filters and for headings of chat logs. */
import { queryOptions } from "@tanstack/react-query";
import type { BotSummary } from "./bots.ts";
import { api, body, type Schemas } from "./client.ts";

export type NamedBot = Pick<BotSummary, "function_id" | "name">;

/** Active and archived ones alike: of both there are chat logs. */
export const publishedBotsQuery = queryOptions({
  queryKey: ["bots", "names"],
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<NamedBot[]> => {
    const all: NamedBot[] = [];
    for (const status of ["active", "archived"] as const) {
      let cursor: string | null | undefined;
      do {
        const page: Schemas["Page_BotSummary"] = await body(
          api.GET("/api/v1/admin/bots", { params: { query: { status, limit: 200, cursor: cursor ?? undefined } }, signal }),
        );
        all.push(...page.data.map(({ function_id, name }) => ({ function_id, name })));
        cursor = page.next_cursor;
      } while (cursor);
    }
    return all;
  },
});
