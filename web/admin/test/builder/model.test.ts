import { describe, expect, it } from "vitest";
import { plainSchema } from "../../src/builder/catalogue/schema.ts";
import { run } from "../../src/builder/editor/dispatch.ts";
import { changeCount, changedBoxes } from "../../src/builder/model/compare.ts";
import { linksOf } from "../../src/builder/model/document.ts";
import { sizeOf } from "../../src/builder/model/geometry.ts";
import { outlineOf } from "../../src/builder/model/order.ts";
import { readDocument } from "../../src/builder/model/read.ts";
import { search } from "../../src/builder/model/search.ts";
import { namesInFormula, placeholdersIn, renameIn } from "../../src/builder/model/template.ts";
import { bot, weatherBot } from "./bot.ts";
import { CATALOGUE } from "./catalogue.ts";

describe("texts with fields", () => {
  it("are split as the engine splits them", () => {
    const text = "Hi {user_fname|there}, {booking.slot.start:date} \\{no} {{secret:key}} { spaced } {9bad}";
    expect(placeholdersIn(text).map((it) => it.path)).toEqual(["user_fname", "booking.slot.start", "spaced"]);
    expect(renameIn("{a} {a.b|a} {b}", new Map([["a", "x"]]))).toBe("{x} {x.b|a} {b}");
  });

  it("name fields in formulas, but not functions, words and strings", () => {
    expect(namesInFormula('(weight / (height * height)) | round(1) + max(today, a.b, "c")')).toEqual(["weight", "height", "a"]);
  });
});

describe("the reading order", () => {
  it("follows the links from the start, and lists what is not reached", () => {
    const document = weatherBot();
    document.boxes.push({ id: "lost", type: "say", text: "" });
    expect(outlineOf(document)).toMatchObject({ reachable: ["hello", "ask", "stop-3", "hop-4"], unreachable: ["lost"] });
  });

  it("puts the link without a condition last, wherever it stands", () => {
    const document = bot({
      boxes: [{ id: "a", type: "say" }],
      links: [
        { from: "a", to: "a" },
        { from: "a", to: "a", when: { op: "is_set" } },
      ],
    });
    expect(linksOf(document, "a").map((it) => it.index)).toEqual([1, 0]);
  });
});

describe("searching", () => {
  const found = (query: string) => search(weatherBot(), query, CATALOGUE).map((it) => it.box);

  it("finds texts, names, types, conditions, without accents and capitals", () => {
    expect(found("HÓW WARM")).toEqual(["ask"]);
    expect(found("there")).toEqual(["hello"]);
    expect(found("stop")).toEqual(["stop-3"]);
    expect(found("gt")).toEqual(["ask"]);
    expect(found("")).toEqual([]);
  });

  it("finds what uses a field or a flag", () => {
    expect(found("field:degrees")).toEqual(["ask", "stop-3"]);
    expect(found("field: user_fname")).toEqual(["hello"]);
    expect(found("flag:asked")).toEqual(["ask"]);
    expect(found("type:Hop")).toEqual(["hop-4"]);
  });
});

describe("tidying up", () => {
  it("puts boxes behind those that lead to them, and none over another", () => {
    const document = run({ ...weatherBot(), layout: {} }, CATALOGUE, "tidy", {})?.document;
    const at = (id: string) => document?.layout?.[id] ?? { x: Number.NaN, y: Number.NaN };
    expect(at("hello").x).toBeLessThan(at("ask").x);
    expect(at("ask").x).toBeLessThan(at("stop-3").x);
    const boxes = document?.boxes.map((it) => ({ ...at(it.id), ...sizeOf(CATALOGUE.look(it, linksOf(document, it.id))) })) ?? [];
    boxes.forEach((a, place) => {
      for (const b of boxes.slice(place + 1))
        expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
    });
  });
});

describe("a damaged document", () => {
  it("is taken apart: what can be shown is shown, the rest is set aside and named", () => {
    const { document, setAside } = readDocument({
      boxes: [{ id: "a", type: "say" }, { id: "a", type: "say" }, 7, { type: "say" }, { id: "b" }],
      links: [{ from: "a", to: "a" }, { from: "a" }, "x"],
      layout: { a: "here" },
      notes: { one: { id: "n", text: 5 } },
    });
    expect(document).toMatchObject({
      boxes: [{ id: "a" }],
      links: [{ from: "a", to: "a" }],
      layout: { a: { x: 0, y: 0 } },
      notes: [{ id: "n", text: "5", x: 0 }],
    });
    expect(setAside.map((it) => `${it.pointer} ${it.why}`)).toEqual([
      "/boxes/1 duplicate_id",
      "/boxes/2 not_an_object",
      "/boxes/3 no_id",
      "/boxes/4 no_type",
      "/links/1 no_ends",
      "/links/2 no_ends",
    ]);
    expect(readDocument(null).setAside).toHaveLength(1);
    expect(readDocument({ boxes: 5 }).setAside).toEqual([{ pointer: "/boxes", why: "no_list", part: 5 }]);
  });

  it("is the same document when nothing is wrong", () => {
    expect(readDocument(weatherBot())).toEqual({ document: weatherBot(), setAside: [] });
  });
});

describe("comparing", () => {
  it("counts boxes that differ, in settings or links, but not where they lie", () => {
    const before = weatherBot();
    const moved = run(before, CATALOGUE, "move", { boxes: { ask: { x: 8, y: 8 } }, notes: {} })?.document ?? before;
    expect(changeCount(before, moved)).toBe(0);
    const changed = run(moved, CATALOGUE, "remove", { boxes: ["stop-3"], notes: [] })?.document ?? moved;
    expect([...changedBoxes(before, changed)]).toEqual([
      ["ask", "changed"],
      ["stop-3", "removed"],
    ]);
  });
});

describe("schemas", () => {
  it("are freed of references and of null", () => {
    const root = { $defs: { M: { type: "string", enum: ["a"], description: "M." } } };
    expect(plainSchema({ $ref: "#/$defs/M", description: "Own." }, root)).toMatchObject({
      enum: ["a"],
      description: "Own.",
      nullable: false,
    });
    expect(plainSchema({ oneOf: [{ $ref: "#/$defs/M", description: "Own." }, { type: "null" }] }, root)).toMatchObject({
      enum: ["a"],
      nullable: true,
      description: "Own.",
    });
    expect(plainSchema({ type: ["integer", "null"] }, root)).toMatchObject({ type: "integer", nullable: true });
  });
});
