import { expect, it } from "vitest";
import { readChatSearch } from "./chatSearch.ts";

it("nonsense in the address is the first list", () => {
  expect(readChatSearch({ list: "secret", flag: 7 })).toEqual({ list: "needs_person", flag: undefined });
  expect(readChatSearch({ list: "closed", flag: "vip" })).toEqual({ list: "closed", flag: "vip" });
});
