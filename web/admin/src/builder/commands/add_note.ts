import type { Point } from "../model/document.ts";
import { snap } from "../model/geometry.ts";
import { newNoteId } from "../model/ids.ts";
import type { Command } from "./command.ts";

export interface AddNote {
  at: Point;
  text?: string;
}

export const addNote: Command<AddNote> = (draft, { at, text = "" }, { before }) => {
  const id = newNoteId(before);
  draft.notes = [...(draft.notes ?? []), { id, text, ...snap(at) }];
  return { label: { key: "add_note" }, select: { boxes: [], notes: [id] } };
};
