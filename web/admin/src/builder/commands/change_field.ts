import type { FieldDefinition } from "../model/document.ts";
import { renameInBox, renameInCondition } from "../model/references.ts";
import { same } from "../model/text.ts";
import type { Command } from "./command.ts";

export interface ChangeField {
  name: string;
  field: FieldDefinition;
}

/** Changes a field's definition. Another name goes everywhere where the old one is used. */
export const changeField: Command<ChangeField> = (draft, { name, field }, { before, catalogue }) => {
  const place = before.fields?.findIndex((it) => it.name === name) ?? -1;
  if (place < 0 || !draft.fields || same(before.fields?.[place], field)) return null;
  if (field.name !== name && before.fields?.some((it) => it.name === field.name)) return null;
  draft.fields[place] = field;
  if (field.name === name) return { label: { key: "change_field", values: { name } } };
  const fields = new Map([[name, field.name]]);
  before.boxes.forEach((box, at) => {
    const renamed = renameInBox(box, { fields }, catalogue);
    if (!same(renamed, box)) draft.boxes[at] = renamed;
  });
  before.links.forEach((link, at) => {
    const it = draft.links[at];
    if (!link.when || !it) return;
    const when = renameInCondition(link.when, fields);
    if (!same(when, link.when)) it.when = when;
  });
  return { label: { key: "rename_field", values: { name, to: field.name } } };
};
