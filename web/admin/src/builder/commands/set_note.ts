import type { Note } from "../model/document.ts";
import { same } from "../model/text.ts";
import type { Command } from "./command.ts";

export interface SetNote {
  note: string;
  change: Partial<Omit<Note, "id">>;
}

export const setNote: Command<SetNote> = (draft, { note, change }) => {
  const it = draft.notes?.find((other) => other.id === note);
  if (!it || same({ ...it, ...change }, { ...it })) return null;
  Object.assign(it, change);
  return { label: { key: "set_note" } };
};
