/** The value of a field, for people. */
import type { TFunction } from "i18next";
import type { FieldType } from "../api/definitions.ts";
import type { Format } from "./useFormat.ts";

export function fieldValue(t: TFunction, format: Format, value: unknown, type: FieldType = "text"): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return t(value ? "common:yes" : "common:no");
  if (typeof value === "number") return format.number(value);
  if (typeof value === "string") {
    // A date without a time is a day, wherever the reader sits.
    if (type === "date" && /^\d{4}-\d{2}-\d{2}$/.test(value)) return format.date(`${value}T12:00:00`);
    if (type === "date_time" && Number.isFinite(Date.parse(value))) return format.dateTime(value);
    return value;
  }
  if (Array.isArray(value) && value.every((it) => typeof it === "string" || typeof it === "number")) return value.join(", ");
  return JSON.stringify(value);
}
