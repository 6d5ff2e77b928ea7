/** Reads a file that somebody chose to import, as far as this can be done without the server. */
import type { BotDocument } from "../../api/bots.ts";

/** Bots are small; a file of this size is something else. */
const MOST_BYTES = 1_000_000;

export type BotFile = { kind: "bot"; document: BotDocument } | { kind: "refused"; why: "too_large" | "not_json" | "no_bot" };

export function readBotText(text: string): BotFile {
  if (text.length > MOST_BYTES) return { kind: "refused", why: "too_large" };
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return { kind: "refused", why: "not_json" };
  }
  if (!isDocument(read)) return { kind: "refused", why: "no_bot" };
  return { kind: "bot", document: read };
}

export async function readBotFile(file: File): Promise<BotFile> {
  if (file.size > MOST_BYTES) return { kind: "refused", why: "too_large" };
  return readBotText(await file.text());
}

function isDocument(value: unknown): value is BotDocument {
  if (typeof value !== "object" || value === null) return false;
  const { function_id, name, format } = value as Record<string, unknown>;
  return typeof function_id === "string" && typeof name === "string" && typeof format === "string";
}
