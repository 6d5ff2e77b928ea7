import type { BotDocument } from "../model/document.ts";
import type { Command } from "./command.ts";

export interface RemoveAt {
  /** A JSON pointer into the document. */
  pointer: string;
}

/** Takes away what no other command knows, such as a key that has no meaning. */
export const removeAt: Command<RemoveAt> = (draft, { pointer }) => {
  const path = pointer
    .split("/")
    .slice(1)
    .map((it) => it.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = path.pop();
  if (last === undefined) return null;
  let at: unknown = draft satisfies BotDocument;
  for (const key of path) at = typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  if (typeof at !== "object" || at === null || !(last in at)) return null;
  if (Array.isArray(at)) at.splice(Number(last), 1);
  else delete (at as Record<string, unknown>)[last];
  return { label: { key: "remove_at", values: { setting: last } } };
};
