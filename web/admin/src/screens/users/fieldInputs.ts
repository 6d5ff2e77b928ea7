/** Profile fields as the form has them: all texts, because inputs hold texts. */
import type { ProfileField } from "../../api/definitions.ts";

/** The text of a value; empty for none. */
function inputOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return JSON.stringify(value);
}

export function inputsOf(fields: readonly ProfileField[], values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(fields.map((it) => [it.name, inputOf(values[it.name])]));
}

/** The value of a text, in the type that the field has. What does not fit is sent as it is: the server says what is wrong with it. */
function typed(text: string, type: ProfileField["type"]): unknown {
  switch (type) {
    case "number": {
      const number = Number(text.replace(",", "."));
      return text.trim() !== "" && Number.isFinite(number) ? number : text;
    }
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "list":
    case "json":
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
    default:
      return text;
  }
}

/** What changed: new values, and null for what was emptied. */
export function changedFields(
  fields: readonly ProfileField[],
  before: Record<string, unknown>,
  inputs: Record<string, string>,
): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  for (const { name, type } of fields) {
    const now = inputs[name] ?? "";
    if (now.trim() === inputOf(before[name]).trim()) continue;
    changes[name] = now.trim() === "" ? null : typed(now.trim(), type);
  }
  return changes;
}
