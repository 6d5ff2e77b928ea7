import { expect, test } from "vitest";
import { typedSince } from "./typedSince.ts";

test("after a save a form has what the server kept, and what was typed meanwhile", () => {
  const sent = { name: " Hillside ", days: 30, languages: ["en"] };
  const saved = { name: "Hillside", days: 30, languages: ["en"] };
  expect(typedSince({ ...sent, languages: ["en"] }, sent, saved)).toEqual(saved);
  expect(typedSince({ ...sent, days: 31, languages: ["en", "de"] }, sent, saved)).toEqual({
    name: "Hillside",
    days: 31,
    languages: ["en", "de"],
  });
});
