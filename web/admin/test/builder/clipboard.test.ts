import { describe, expect, it } from "vitest";
import { run } from "../../src/builder/editor/dispatch.ts";
import { clipText, copy, readClip, unknownFields } from "../../src/builder/model/clipboard.ts";
import { bot, weatherBot } from "./bot.ts";
import { CATALOGUE } from "./catalogue.ts";

const other = bot({
  function_id: "Other",
  start: "say-1",
  boxes: [{ id: "say-1", type: "say", text: "" }],
  layout: { "say-1": { x: 0, y: 0 } },
});
const clipOf = (...ids: string[]) => readClip(clipText(copy(weatherBot(), ids, [], CATALOGUE)));

describe("copying", () => {
  it("carries the boxes, the links between them, and the fields that they use", () => {
    expect(clipOf("ask", "hop-4")).toMatchObject({
      from: "Weather",
      boxes: [{ id: "ask" }, { id: "hop-4" }],
      links: [{ from: "ask", to: "hop-4" }],
      fields: [{ name: "degrees", kind: "variable", type: "number" }],
    });
  });

  it("reads a whole exported bot just as well, and nothing else", () => {
    expect(readClip(JSON.stringify(weatherBot()))?.boxes).toHaveLength(4);
    for (const text of ["", "hello", "{", "[]", '{"a":1}', '{"clip":"other","boxes":[]}']) expect(readClip(text)).toBeNull();
  });

  it("passes over what is no box", () => {
    const text = JSON.stringify({ ...weatherBot(), boxes: [null, 5, { id: "a" }, { id: "b", type: "say" }], links: [{ from: 1 }] });
    expect(readClip(text)).toMatchObject({ boxes: [{ id: "b" }], links: [] });
  });
});

describe("pasting", () => {
  it("gives new ids, also where a setting names a box, and keeps how the boxes lie to each other", () => {
    const clip = clipOf("ask", "hop-4");
    if (!clip) throw new Error("nothing was copied");
    const pasted = run(other, CATALOGUE, "paste", { clip, at: { x: 80, y: 160 }, choices: {} })?.document;
    expect(pasted?.boxes.slice(1)).toMatchObject([
      { id: "weather-2", text: "How warm is it?", save_to: "degrees" },
      { id: "hop-3", box: "weather-2" },
    ]);
    expect(pasted?.links).toEqual([{ from: "weather-2", to: "hop-3" }]);
    expect(pasted?.layout).toMatchObject({ "weather-2": { x: 80, y: 160 }, "hop-3": { x: 440, y: 400 } });
    expect(pasted?.start).toBe("say-1");
  });

  it("asks about fields that the bot does not know, and declares them, maps them or leaves them", () => {
    const clip = clipOf("ask", "stop-3");
    if (!clip) throw new Error("nothing was copied");
    expect(unknownFields(other, clip, CATALOGUE, new Set())).toEqual([{ name: "degrees", kind: "variable", type: "number" }]);
    expect(unknownFields(weatherBot(), clip, CATALOGUE, new Set())).toEqual([]);
    expect(unknownFields(other, clip, CATALOGUE, new Set(["degrees"]))).toEqual([]);
    const paste = (choices: Parameters<typeof run<"paste">>[3]["choices"]) =>
      run(other, CATALOGUE, "paste", { clip, at: { x: 0, y: 0 }, choices })?.document;
    expect(paste({ degrees: { create: { name: "degrees", kind: "variable", type: "number" } } })?.fields).toHaveLength(1);
    expect(paste({ degrees: { use: "heat" } })?.boxes.slice(1)).toMatchObject([{ save_to: "heat" }, { message: "{heat} is hot." }]);
    expect(paste({ degrees: "leave" })?.fields).toBeUndefined();
  });
});
