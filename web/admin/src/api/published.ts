/** Published bots, by their names: for filters and for headings of chat logs. */
import { queryOptions } from "@tanstack/react-query";
import { BOTS, type BotSummary } from "./bots.ts";
import { request } from "./client.ts";

export type NamedBot = Pick<BotSummary, "function_id" | "name">;

/** Active and archived ones alike: of both there are chat logs. */
export const publishedBotsQuery = queryOptions({
  queryKey: ["bots", "names"],
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<NamedBot[]> => {
    const all: NamedBot[] = [];
    for (const status of ["active", "archived"] as const) {
      let cursor: string | null = "";
      do {
        const search = new URLSearchParams({ status, limit: "200" });
        if (cursor) search.set("cursor", cursor);
        const { data }: { data: { data: BotSummary[]; next_cursor: string | null } } = await request("GET", `${BOTS}?${search}`, {
          signal,
        });
        all.push(...data.data.map(({ function_id, name }) => ({ function_id, name })));
        cursor = data.next_cursor;
      } while (cursor);
    }
    return all;
  },
});
