import { type Clip, type FieldChoice, pasteInto } from "../model/clipboard.ts";
import type { Point } from "../model/document.ts";
import { snap } from "../model/geometry.ts";
import type { Command } from "./command.ts";

export interface Paste {
  clip: Clip;
  at: Point;
  /** What becomes of fields that this bot does not know. */
  choices: Record<string, FieldChoice>;
}

export const paste: Command<Paste> = (draft, { clip, at, choices }, { before, catalogue }) => {
  const pasted = pasteInto(before, clip, snap(at), choices, catalogue);
  if (!pasted.boxes.length && !pasted.notes.length) return null;
  draft.boxes.push(...pasted.boxes);
  draft.links.push(...pasted.links);
  draft.layout = { ...draft.layout, ...pasted.layout };
  if (pasted.notes.length) draft.notes = [...(draft.notes ?? []), ...pasted.notes];
  if (pasted.fields.length) draft.fields = [...(draft.fields ?? []), ...pasted.fields];
  const [first] = pasted.boxes;
  if (first && !before.boxes.some((it) => it.id === before.start)) draft.start = first.id;
  const select = { boxes: pasted.boxes.map((it) => it.id), notes: pasted.notes.map((it) => it.id) };
  return {
    label: { key: "paste", values: { count: select.boxes.length + select.notes.length } },
    ...(first ? { box: first.id } : {}),
    select,
  };
};
