import { expect, it } from "vitest";
import { NOBODY, readUserSearch, userFilter } from "./userSearch.ts";

const now = Date.parse("2026-11-26T12:00:30Z");

it("keeps of an address what is no person’s name", () => {
  expect(readUserSearch({ flag: "vip", changed: "7d" })).toEqual({ flag: "vip", changed: "7d" });
  expect(Object.keys(readUserSearch({}))).toEqual(["flag", "changed"]);
  expect(readUserSearch({ flag: 1, changed: "ever" })).toEqual({ flag: undefined, changed: "any" });
});

it("asks the API for what is wanted", () => {
  const search = readUserSearch({ flag: "vip", changed: "1d" });
  expect(userFilter(search, { by: "user_phone", text: " +15550100 " }, now)).toEqual({
    flag: "vip",
    updated_from: "2026-11-25T12:00:00.000Z",
    user_phone: "+15550100",
  });
  expect(userFilter(readUserSearch({}), NOBODY, now)).toEqual({ flag: undefined, updated_from: undefined });
});
