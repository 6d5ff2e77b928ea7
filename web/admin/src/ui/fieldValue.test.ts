import i18next from "i18next";
import { expect, it } from "vitest";
import type { FieldType } from "../api/definitions.ts";
import { fieldValue } from "./fieldValue.ts";
import { formats } from "./useFormat.ts";

const shown = (value: unknown, type?: FieldType) => fieldValue(i18next.t, formats("en"), value, type);

it.each([
  ["Ana", "text", "Ana"],
  [true, "boolean", "Yes"],
  [1234.5, "number", "1,234.5"],
  ["1980-03-05", "date", "Mar 5, 1980"],
  [["a", "b"], "list", "a, b"],
  [{ slot: 1 }, "json", '{"slot":1}'],
  [null, "text", ""],
] as const)("shows %o as a %s", (value, type, text) => {
  expect(shown(value, type)).toBe(text);
});

it("does not take any text for a date", () => {
  expect(shown("next Friday", "date")).toBe("next Friday");
  expect(shown("2026-01-01")).toBe("2026-01-01");
});
