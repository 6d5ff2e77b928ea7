import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/builder/commands/index.ts";
import { run } from "../../src/builder/editor/dispatch.ts";
import { Editor } from "../../src/builder/editor/editor.ts";
import { MOST_STEPS } from "../../src/builder/editor/history.ts";
import type { BotDocument } from "../../src/builder/model/document.ts";
import { randomAct } from "./acts.ts";
import { bot, weatherBot } from "./bot.ts";
import { CATALOGUE } from "./catalogue.ts";
import { Chance } from "./chance.ts";

const editorOf = (document: BotDocument): Editor => new Editor({ functionId: document.function_id, catalogue: CATALOGUE, document });
const bytes = (document: BotDocument): string => JSON.stringify(document);

describe("commands", () => {
  it("are one file each, and all of them are in the index", () => {
    const files = Object.keys(import.meta.glob("../../src/builder/commands/*.ts")).map((it) => it.split("/").at(-1)?.replace(".ts", ""));
    expect(Object.keys(COMMANDS).sort()).toEqual(files.filter((it) => it !== "index" && it !== "command").sort());
  });

  it("undone one by one restore the document byte for byte, and done again make the same document", () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const chance = new Chance(seed);
      const editor = editorOf(weatherBot());
      const states = [bytes(editor.document)];
      for (let count = 0; count < 60; count += 1) {
        const [name, args] = randomAct(chance, editor.document);
        if (editor.dispatch(name, args as never)) states.push(bytes(editor.document));
      }
      const steps = editor.store.getState().history.past.length;
      expect(steps).toBeGreaterThan(10);
      const after = bytes(editor.document);
      while (editor.undo()) expect(states).toContain(bytes(editor.document));
      expect(bytes(editor.document)).toBe(states[0]);
      while (editor.redo()) expect(states).toContain(bytes(editor.document));
      expect(bytes(editor.document)).toBe(after);
    }
  });

  it("never leave links or places of boxes that they removed, nor two boxes of one id", () => {
    for (let seed = 100; seed < 120; seed += 1) {
      const chance = new Chance(seed);
      const editor = editorOf(weatherBot());
      for (let count = 0; count < 80; count += 1) {
        const [name, args] = randomAct(chance, editor.document);
        editor.dispatch(name, args as never);
        const { boxes, links, layout = {}, start } = editor.document;
        const ids = new Set(boxes.map((it) => it.id));
        const named = [...links.flatMap((it) => [it.from, it.to]), ...Object.keys(layout), ...(ids.size ? [start] : [])];
        expect(ids.size).toBe(boxes.length);
        expect(named.filter((it) => !ids.has(it))).toEqual([]);
      }
    }
  });

  it("keep the given number of steps at most", () => {
    const editor = editorOf(weatherBot());
    for (let count = 0; count < MOST_STEPS + 50; count += 1) editor.dispatch("add_note", { at: { x: count * 8, y: 0 } });
    expect(editor.store.getState().history.past).toHaveLength(MOST_STEPS);
  });

  it("join what is typed quickly in one place into one step", () => {
    const editor = editorOf(weatherBot());
    for (const value of ["H", "Hi", "Hi!"]) editor.dispatch("set_setting", { box: "hello", path: ["text"], value });
    editor.dispatch("set_setting", { box: "hello", path: ["title"], value: "Greeting" });
    expect(editor.store.getState().history.past).toHaveLength(2);
    editor.undo();
    editor.undo();
    expect(editor.document).toEqual(weatherBot());
  });

  it("do nothing to a bot that may only be read", () => {
    const editor = new Editor({ functionId: "Weather", catalogue: CATALOGUE, document: weatherBot(), readOnly: true });
    expect(editor.dispatch("remove", { boxes: ["ask"], notes: [] })).toBeNull();
    expect(editor.undo()).toBe(false);
    expect(editor.document).toEqual(weatherBot());
  });
});

describe("a new box", () => {
  const add = (document: BotDocument, args: Parameters<(typeof COMMANDS)["add_box"]>[1]): BotDocument =>
    run(document, CATALOGUE, "add_box", args)?.document ?? document;

  it("is the start of an empty bot", () => {
    const made = add(bot(), { type: "say" });
    expect(made).toMatchObject({ start: "say-1", boxes: [{ id: "say-1", type: "say", text: "" }], layout: { "say-1": { x: 0, y: 0 } } });
  });

  it("hangs on the default link while that is free, then on a condition that suits the box", () => {
    const first = add(bot({ start: "a", boxes: [{ id: "a", type: "weather", text: "?" }] }), { type: "stop", from: "a" });
    expect(first.links).toEqual([{ from: "a", to: "stop-1" }]);
    const second = add(first, { type: "stop", from: "a" });
    expect(second.links).toEqual([
      { from: "a", to: "stop-2", when: { op: "gt", value: "" } },
      { from: "a", to: "stop-1" },
    ]);
  });

  it("hangs on the first choice that leads nowhere yet", () => {
    const choices = [
      { value: "a", label: "A" },
      { value: "b", label: "B" },
    ];
    const document = bot({
      start: "p",
      boxes: [{ id: "p", type: "pick", text: "?", choices }],
      links: [
        { from: "p", to: "p", when: { op: "choice_is", value: "a" } },
        { from: "p", to: "p" },
      ],
    });
    expect(add(document, { type: "stop", from: "p" }).links[1]).toEqual({ from: "p", to: "stop-1", when: { op: "choice_is", value: "b" } });
  });

  it("never covers another one", () => {
    let document = weatherBot();
    for (let count = 0; count < 12; count += 1) document = add(document, { type: "say", from: "hello" });
    const places = Object.values(document.layout ?? {}).map((it) => `${it.x} ${it.y}`);
    expect(new Set(places).size).toBe(places.length);
  });
});

describe("removing", () => {
  it("hands the start on to where it led", () => {
    const document = run(weatherBot(), CATALOGUE, "remove", { boxes: ["hello"], notes: [] })?.document;
    expect(document?.start).toBe("ask");
  });

  it("hands the focus to the next box in reading order, else to the one before", () => {
    const editor = editorOf(weatherBot());
    editor.dispatch("remove", { boxes: ["ask"], notes: [] });
    expect(editor.store.getState()).toMatchObject({ active: "stop-3", selection: { boxes: ["stop-3"] } });
    editor.dispatch("remove", { boxes: ["hop-4"], notes: [] });
    expect(editor.store.getState().active).toBe("stop-3");
  });
});

describe("links", () => {
  it("change places among those with a condition, and the default stays where it is", () => {
    const document = bot({
      start: "a",
      boxes: [{ id: "a", type: "say", text: "" }],
      links: [{ from: "a", to: "a" }, ...[1, 2, 3].map((value) => ({ from: "a", to: "a", when: { op: "gt", value } }))],
    });
    const moved = run(document, CATALOGUE, "move_link", { link: 3, to: 0 })?.document;
    expect(moved?.links.map((it) => it.when?.value)).toEqual([undefined, 3, 1, 2]);
    expect(run(document, CATALOGUE, "move_link", { link: 0, to: 2 })).toBeNull();
  });

  it("are cut in two by a box that is put in", () => {
    const document = run(weatherBot(), CATALOGUE, "insert_box", { link: 1, type: "say" })?.document;
    expect(document?.links.slice(1)).toEqual([
      { from: "ask", to: "say-5", when: { op: "gt", value: 30 } },
      { from: "ask", to: "hop-4" },
      { from: "say-5", to: "stop-3" },
    ]);
  });
});

describe("another name for a field", () => {
  it("goes everywhere where the field is used", () => {
    const from = weatherBot();
    from.boxes.push({ id: "sum-5", type: "sum", field: "degrees", formula: "degrees * 1.8 + 32" });
    from.links.push({ from: "sum-5", to: "ask", when: { op: "gt", field: "degrees", value: "{degrees}" } });
    const renamed = run(from, CATALOGUE, "change_field", {
      name: "degrees",
      field: { name: "celsius", kind: "variable", type: "number" },
    })?.document;
    expect(JSON.stringify(renamed)).not.toContain("degrees");
    expect(renamed?.boxes.at(-1)).toMatchObject({ field: "celsius", formula: "celsius * 1.8 + 32" });
  });
});
