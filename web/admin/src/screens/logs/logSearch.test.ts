import { expect, it } from "vitest";
import { filterCount, logFilter, NOTHING, readLogSearch } from "./logSearch.ts";

it("keeps neither words nor a user’s id in the address", () => {
  expect(Object.keys(readLogSearch({})).sort()).toEqual(["agent", "bot", "flag", "from", "status", "to"]);
});

it("reads nonsense in an address as no filter", () => {
  const search = readLogSearch({ bot: 7, status: "x", from: "yesterday", to: "2026-1-1" });
  expect(filterCount(logFilter(search, NOTHING))).toBe(0);
});

it("asks the API for what is wanted", () => {
  const search = readLogSearch({ bot: "Refill", status: "ended", from: "2026-11-01", to: "2026-11-30" });
  const filter = logFilter(search, { words: " knee ", externalId: "" });
  expect(filter).toEqual({ function_id: "Refill", status: "ended", from: "2026-11-01", to: "2026-11-30", q: "knee" });
  expect(filterCount(filter)).toBe(5);
});
