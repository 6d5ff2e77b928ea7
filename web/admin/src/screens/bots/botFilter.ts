/** Which bots the list shows: kept in the address, so that it can be shared and survives the way back. */
import type { BotSummary } from "../../api/bots.ts";
import { type Sort, writeSort } from "../../ui/sorting.ts";

export interface BotFilter {
  q: string;
  status: BotSummary["status"];
  live: "all" | "live" | "not_live" | "changed";
  problems: boolean;
  sort: string;
  /** Opens with this dialog: a link from elsewhere. */
  dialog?: "new" | "import";
}

export const DEFAULT_SORT: Sort = { by: "edited", direction: "desc" };

export const LIVES = ["all", "live", "not_live", "changed"] as const;

/** Reads an address, with whatever somebody typed into it. */
export function readBotFilter(search: { [Key in keyof BotFilter]?: unknown }): BotFilter {
  return {
    q: typeof search.q === "string" ? search.q : "",
    status: search.status === "archived" ? "archived" : "active",
    live: LIVES.find((it) => it === search.live) ?? "all",
    problems: search.problems === true,
    dialog: search.dialog === "new" || search.dialog === "import" ? search.dialog : undefined,
    sort: typeof search.sort === "string" ? search.sort : writeSort(DEFAULT_SORT),
  };
}

/** The list as it is without a filter. */
export const ALL_BOTS: BotFilter = { q: "", status: "active", live: "all", problems: false, sort: writeSort(DEFAULT_SORT) };

/** Whether a bot is shown. */
export function fits(bot: BotSummary, { q, live, problems }: BotFilter): boolean {
  if (live === "live" && bot.live_version == null) return false;
  if (live === "not_live" && bot.live_version != null) return false;
  if (live === "changed" && !bot.draft_changed) return false;
  if (problems && bot.problems.errors + bot.problems.warnings === 0) return false;
  const wanted = q.trim().toLocaleLowerCase();
  if (!wanted) return true;
  return bot.name.toLocaleLowerCase().includes(wanted) || bot.function_id.toLocaleLowerCase().includes(wanted);
}
