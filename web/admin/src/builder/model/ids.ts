import type { BotDocument } from "./document.ts";

/**
 * The id of a new box: its type and a number above all that the document has. Two people who do the same get the same
 * document, and the number of a box that was deleted long ago does not come back to confuse the figures of its successor.
 */
export function newBoxId(document: BotDocument, type: string, taken: ReadonlySet<string> = new Set()): string {
  const next = highest([...document.boxes.map((it) => it.id), ...taken]) + 1;
  return `${type.replace(/\s+/g, "_").slice(0, 50)}-${next}`;
}

export function newNoteId(document: BotDocument, taken: ReadonlySet<string> = new Set()): string {
  return `note-${highest([...(document.notes ?? []).map((it) => it.id), ...taken]) + 1}`;
}

function highest(ids: string[]): number {
  return ids.reduce((most, id) => Math.max(most, Number(/-(\d{1,9})$/.exec(id)?.[1] ?? 0)), 0);
}
