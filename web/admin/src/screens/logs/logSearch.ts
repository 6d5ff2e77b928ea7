/** Which sessions the list shows. What may name a person is not part of the address. */
import type { LogFilter, SessionStatus } from "../../api/logs.ts";

export const STATUSES: readonly SessionStatus[] = ["active", "waiting_for_agent", "with_agent", "ended"];

/** Kept in the address. */
export interface LogSearch {
  bot?: string;
  status?: SessionStatus;
  flag?: string;
  agent?: string;
  /** Days. */
  from?: string;
  to?: string;
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value ? value : undefined);
const day = (value: unknown): string | undefined => (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined);

export function readLogSearch(search: { [Key in keyof LogSearch]?: unknown }): LogSearch {
  return {
    bot: text(search.bot),
    status: STATUSES.find((it) => it === search.status),
    flag: text(search.flag),
    agent: text(search.agent),
    from: day(search.from),
    to: day(search.to),
  };
}

/** Kept in memory. */
export interface Wanted {
  /** Words that were said. */
  words: string;
  /** A user's id in the customer's own system. */
  externalId: string;
}

export const NOTHING: Wanted = { words: "", externalId: "" };

export function logFilter({ bot, status, flag, agent, from, to }: LogSearch, { words, externalId }: Wanted): LogFilter {
  return {
    function_id: bot,
    status,
    flag,
    agent_id: agent,
    from,
    to,
    q: words.trim() || undefined,
    external_id: externalId.trim() || undefined,
  };
}

export const filterCount = (filter: LogFilter): number => Object.values(filter).filter(Boolean).length;
