import { expect, it } from "vitest";
import { isFunctionId, suggestFunctionId } from "./functionId.ts";

it.each([
  ["Doctor's appointment", "DoctorsAppointment"],
  ["Überweisung für Ärzte", "UberweisungFurArzte"],
  ["PHQ-9", "PHQ9"],
  ["预约", "Bot"],
  ["  ", "Bot"],
])("makes of “%s” the function id %s", (name, id) => {
  expect(suggestFunctionId(name)).toBe(id);
  expect(isFunctionId(suggestFunctionId(name))).toBe(true);
});

it("counts on where the name is taken", () => {
  expect(suggestFunctionId("Refill", new Set(["Refill", "Refill2"]))).toBe("Refill3");
});

it("stays within 64 characters", () => {
  expect(isFunctionId(suggestFunctionId("a".repeat(200), new Set(["A".padEnd(60, "a")])))).toBe(true);
});

it.each(["", "a b", "ä", "a/b", "x".repeat(65)])("refuses “%s”", (id) => {
  expect(isFunctionId(id)).toBe(false);
});
