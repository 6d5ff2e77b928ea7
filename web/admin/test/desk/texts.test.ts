import { describe, expect, it } from "vitest";
import type { CannedReply } from "../../src/api/canned.ts";
import { callAt, insertAt } from "../../src/desk/call.ts";
import { fitting } from "../../src/desk/canned.ts";
import { fill, open } from "../../src/desk/fill.ts";
import { colleagues, mentioned, pieces } from "../../src/desk/mentions.ts";
import { isSnoozeTime, snoozeUntil } from "../../src/desk/snooze.ts";
import { readViews, withView } from "../../src/desk/views.ts";
import { ago, clock } from "../../src/desk/waited.ts";

describe("a call for a canned reply", () => {
  it.each([
    ["/", 1, { from: 0, to: 1, words: "" }],
    ["/hel", 4, { from: 0, to: 4, words: "hel" }],
    ["Dear Ana, /hours", 16, { from: 10, to: 16, words: "hours" }],
    ["one\n/öff", 8, { from: 4, to: 8, words: "öff" }],
    ["/hello and more", 3, { from: 0, to: 3, words: "he" }],
  ])("is found in %j before %d", (text, caret, call) => {
    expect(callAt(text, caret, "/")).toEqual(call);
  });
  it.each([
    ["and/or", 6],
    ["https://clinic", 14],
    ["/hello and more", 10],
    ["", 0],
  ])("is not in %j before %d", (text, caret) => {
    expect(callAt(text, caret, "/")).toBeNull();
  });
  it("is told from others by its sign", () => {
    expect(callAt("for @da", 7, "@")).toEqual({ from: 4, to: 7, words: "da" });
    expect(callAt("for @da", 7, "/")).toBeNull();
    expect(callAt("ana@clinic", 10, "@")).toBeNull();
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

it.each([
  [0, "0 sec. ago"],
  [59, "59 sec. ago"],
  [60, "1 min. ago"],
  [185, "3 min. ago"],
])("%d seconds are %s", (seconds, words) => {
  expect(ago(seconds, "en")).toBe(words);
});

describe("colleagues in a note", () => {
  const [ana, ruiz, lee] = [
    { id: "agt_1", name: "Ana" },
    { id: "agt_2", name: "Ana Ruíz" },
    { id: "agt_3", name: "Lee" },
  ];
  const all = [ana, ruiz, lee];
  it("are those whose whole name stands there, the longer one where two fit", () => {
    expect(mentioned("@Ana, please ask @lee. @Ana!", all)).toEqual(["agt_1", "agt_3"]);
    expect(mentioned("for @ana ruiz", all)).toEqual(["agt_2"]);
    expect(mentioned("@Anabel, lee@clinic.example and @ nobody", all)).toEqual([]);
  });
  it("stand apart from the words around them, which stay as they were", () => {
    const text = "Ask @Ana Ruiz or @Lee.";
    const parts = pieces(text, all);
    expect(parts).toEqual(["Ask ", { agent: ruiz, as: "@Ana Ruiz" }, " or ", { agent: lee, as: "@Lee" }, "."]);
    expect(parts.map((it) => (typeof it === "string" ? it : it.as)).join("")).toBe(text);
    expect(pieces(text, [])).toEqual([text]);
  });
  it("are found by the beginning of any word of their names", () => {
    expect(colleagues(all, "rui")).toEqual([ruiz]);
    expect(colleagues(all, "")).toEqual([ana, ruiz, lee]);
  });
});

describe("putting a chat aside", () => {
  const now = new Date(2026, 11, 31, 22, 30);
  it("is for an hour or until tomorrow at eight, by the agent's own clock", () => {
    expect(snoozeUntil("hour", now)).toEqual(new Date(2026, 11, 31, 23, 30));
    expect(snoozeUntil("tomorrow", now)).toEqual(new Date(2027, 0, 1, 8));
  });
  it("is for a minute at least and thirty days at the most", () => {
    const after = (milliseconds: number) => isSnoozeTime(new Date(now.getTime() + milliseconds), now);
    expect([after(59_999), after(60_000), after(30 * 86_400_000), after(30 * 86_400_000 + 1)]).toEqual([false, true, true, false]);
    expect(isSnoozeTime(new Date("nonsense"), now)).toBe(false);
  });
});

describe("lists that an agent has made", () => {
  it("are read without what is nonsense", () => {
    const kept = [{ name: "Spanish", search: { list: "all", language: "es", secret: 1 } }, { name: 7 }, null, { name: "x", search: null }];
    expect(readViews(JSON.stringify(kept))).toEqual([{ name: "Spanish", search: { list: "all", language: "es" } }]);
    expect(readViews("{")).toEqual([]);
    expect(readViews('{"name":"Spanish"}')).toEqual([]);
  });
  it("have one of each name, and no more than twenty", () => {
    const view = (name: string, flag?: string) => ({ name, search: { list: "all" as const, flag } });
    expect(withView([view("a"), view("b")], view("a", "vip"))).toEqual([view("b"), view("a", "vip")]);
    const many = Array.from({ length: 20 }, (_, at) => view(`v${at}`));
    expect(withView(many, view("new")).map((it) => it.name)).toEqual([...many.slice(1).map((it) => it.name), "new"]);
  });
});
