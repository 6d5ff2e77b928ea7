/** The sessions that were found last, so that one leads to the next. Held in memory while somebody is signed in. */
import { useEffect } from "react";
import type { ChatLogItem } from "../../api/logs.ts";
import { onLeave } from "../../session/leaving.ts";

let ids: string[] = [];
onLeave(() => {
  ids = [];
});

export function useFound(rows: ChatLogItem[] | undefined): void {
  useEffect(() => {
    if (rows) ids = rows.map((it) => it.session.id);
  }, [rows]);
}

/** The sessions before and after one in the list that it was opened from. */
export function neighbours(id: string): { before: string | undefined; after: string | undefined } {
  const place = ids.indexOf(id);
  return place < 0 ? { before: undefined, after: undefined } : { before: ids[place - 1], after: ids[place + 1] };
}
