/** Which users the list shows. What may name a person is not part of the address. */
import type { UserFilter } from "../../api/users.ts";

export const CHANGED = ["any", "1d", "7d", "30d"] as const;

/** Kept in the address. */
export interface UserSearch {
  flag?: string;
  changed: (typeof CHANGED)[number];
}

export function readUserSearch(search: { [Key in keyof UserSearch]?: unknown }): UserSearch {
  return {
    flag: typeof search.flag === "string" && search.flag ? search.flag : undefined,
    changed: CHANGED.find((it) => it === search.changed) ?? "any",
  };
}

/** Kept in memory. */
export interface Wanted {
  by: "q" | "external_id" | "user_phone" | "user_email";
  text: string;
}

export const NOBODY: Wanted = { by: "q", text: "" };

const DAYS = { "1d": 1, "7d": 7, "30d": 30 } as const;

export function userFilter({ flag, changed }: UserSearch, { by, text }: Wanted, now: number): UserFilter {
  const from = changed === "any" ? undefined : new Date(Math.floor(now / 60_000) * 60_000 - DAYS[changed] * 86_400_000).toISOString();
  return { flag, updated_from: from, ...(text.trim() ? { [by]: text.trim() } : {}) };
}
