import { describe, expect, it } from "vitest";
import type { CannedReply } from "../../src/api/canned.ts";
import { fitting } from "../../src/desk/canned.ts";
import { fill, open } from "../../src/desk/fill.ts";
import { insertAt, slashAt } from "../../src/desk/slash.ts";
import { clock } from "../../src/desk/waited.ts";

describe("a call for a canned reply", () => {
  it.each([
    ["/", 1, { from: 0, to: 1, words: "" }],
    ["/hel", 4, { from: 0, to: 4, words: "hel" }],
    ["Dear Ana, /hours", 16, { from: 10, to: 16, words: "hours" }],
    ["one\n/öff", 8, { from: 4, to: 8, words: "öff" }],
    ["/hello and more", 3, { from: 0, to: 3, words: "he" }],
  ])("is found in %j before %d", (text, caret, slash) => {
    expect(slashAt(text, caret)).toEqual(slash);
  });
  it.each([
    ["and/or", 6],
    ["https://clinic", 14],
    ["/hello and more", 10],
    ["", 0],
  ])("is not in %j before %d", (text, caret) => {
    expect(slashAt(text, caret)).toBeNull();
  });
  it("is replaced where it stands", () => {
    expect(insertAt("Dear Ana, /ho bye", { from: 10, to: 13, words: "ho" }, "we are open")).toEqual({
      text: "Dear Ana, we are open bye",
      caret: 21,
    });
  });
});

describe("a canned reply", () => {
  const reply = (name: string, text: string, more: Partial<CannedReply> = {}): CannedReply => ({
    id: name,
    name,
    text,
    language: null,
    is_personal: false,
    ...more,
  });
  const all = [
    reply("bye", "See you at our opening hours"),
    reply("opening hours", "We are open from 8 to 5"),
    reply("hours-de", "Wir haben von 8 bis 17 Uhr offen", { language: "de" }),
  ];
  it("is found by its name first, then by its words", () => {
    expect(fitting(all, "hour", "en").map((it) => it.name)).toEqual(["opening hours", "hours-de", "bye"]);
    expect(fitting(all, "HÓUR", "de-CH").map((it) => it.name)).toEqual(["hours-de", "opening hours", "bye"]);
    expect(fitting(all, "nothing like it", "en")).toEqual([]);
  });
  it("is filled with what is known, and shows what is not", () => {
    const filled = fill("Dear {user_fname} {user_lname}, born {user_birthdate}", { user_fname: "Ana", user_birthdate: "•••" });
    expect(filled).toBe("Dear Ana {user_lname}, born {user_birthdate}");
    expect(open(filled)).toEqual(["user_lname", "user_birthdate"]);
  });
});

it.each([
  [-5, "0:00"],
  [40_999, "0:40"],
  [125_000, "2:05"],
  [3_730_000, "1:02:10"],
])("%d milliseconds are %s on the clock", (milliseconds, shown) => {
  expect(clock(milliseconds)).toBe(shown);
});
