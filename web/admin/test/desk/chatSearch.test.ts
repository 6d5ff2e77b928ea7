import { expect, it } from "vitest";
import { isSameSearch, readChatSearch } from "../../src/desk/chatSearch.ts";

it("nonsense in the address is the first list", () => {
  expect(readChatSearch({ list: "secret", flag: 7, bot: null })).toEqual({ list: "needs_person" });
  expect(readChatSearch({ list: "closed", flag: "vip", language: "es" })).toEqual({ list: "closed", flag: "vip", language: "es" });
});

it("the same list with the same filters is the same, however it is written", () => {
  expect(isSameSearch({ list: "mine", flag: "vip" }, { flag: "vip", bot: undefined, list: "mine" })).toBe(true);
  expect(isSameSearch({ list: "mine", flag: "vip" }, { list: "mine" })).toBe(false);
});
