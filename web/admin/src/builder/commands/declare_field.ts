import type { FieldDefinition } from "../model/document.ts";
import type { Command } from "./command.ts";

export interface DeclareField {
  field: FieldDefinition;
}

export const declareField: Command<DeclareField> = (draft, { field }, { before }) => {
  if (before.fields?.some((it) => it.name === field.name)) return null;
  draft.fields = [...(draft.fields ?? []), field];
  return { label: { key: "declare_field", values: { name: field.name } } };
};
