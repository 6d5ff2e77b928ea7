import type { Command } from "./command.ts";

export interface RemoveField {
  name: string;
}

export const removeField: Command<RemoveField> = (draft, { name }, { before }) => {
  if (!before.fields?.some((it) => it.name === name)) return null;
  draft.fields = draft.fields?.filter((it) => it.name !== name) ?? [];
  return { label: { key: "remove_field", values: { name } } };
};
