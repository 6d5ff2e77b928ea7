import { describe, expect, test } from "vitest";
import { parseBlocks, parseInline, plainText, safeHref } from "../src/markdown/parse.ts";

describe("marks within a line", () => {
  test.each([
    ["plain", [{ type: "text", text: "plain" }]],
    ["**bold**", [{ type: "strong", children: [{ type: "text", text: "bold" }] }]],
    ["*it* and _it_", ["em", "text", "em"]],
    ["a\nb", ["text", "break", "text"]],
    ["`**x**`", [{ type: "code", text: "**x**" }]],
    ["snake_case_name", [{ type: "text", text: "snake_case_name" }]],
    ["2 * 3 * 4", [{ type: "text", text: "2 * 3 * 4" }]],
    ["\\*not\\*", [{ type: "text", text: "*not*" }]],
    ["**open", [{ type: "text", text: "**open" }]],
  ])("%j", (text, expected) => {
    const found = parseInline(text);
    expect(typeof expected[0] === "string" ? found.map((it) => it.type) : found).toEqual(expected);
  });

  test("bold may hold italics, and a link no link", () => {
    expect(parseInline("**a *b***")[0]?.type).toBe("strong");
    const [link] = parseInline("[see https://a.example](https://b.example/)");
    expect(link).toMatchObject({ type: "link", href: "https://b.example/", children: [{ type: "text" }] });
  });

  test("an address is a link without the stop behind it", () => {
    expect(parseInline("See https://clinic.example/map.")).toMatchObject([
      { type: "text" },
      { type: "link", href: "https://clinic.example/map" },
      { type: "text", text: "." },
    ]);
  });
});

describe("where links may lead", () => {
  test.each(["https://a.example/", "http://a.example/", "mailto:a@b.example", "tel:+12135550142"])("to %s", (it) => {
    expect(safeHref(it)).toBe(it);
  });

  test.each(["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "//a.example", "/path", "java\nscript:x"])(
    "not to %j",
    (it) => {
      expect(safeHref(it)).toBeNull();
      expect(parseInline(`[x](${it})`).some((node) => node.type === "link")).toBe(false);
    },
  );
});

test("lists and paragraphs", () => {
  expect(parseBlocks("Bring:\n\n- your card\n- *all* medicines\n\n3. first\n4. second\nbye")).toMatchObject([
    { type: "paragraph" },
    { type: "list", ordered: false, items: [[{ text: "your card" }], [{ type: "em" }, { text: " medicines" }]] },
    { type: "list", ordered: true, start: 3 },
    { type: "paragraph" },
  ]);
});

test("for voices only the words are left", () => {
  expect(plainText("**Hello** [there](https://a.example)\n\n- one\n- two")).toBe("Hello there one, two");
});

test("a hostile text costs no more than it is long", () => {
  for (const part of ["*", "_", "[", "**a", "`", "\\", "[a](", "https://", "- "]) {
    const text = part.repeat(Math.floor(4_000 / part.length));
    const began = performance.now();
    parseBlocks(text);
    expect(performance.now() - began, part).toBeLessThan(500);
  }
});

test("no character is lost that is no mark", () => {
  for (const text of ["a < b & c > d", "{user_fname}", "5 * 3 = 15", "___", "[]()", "**", "100 %"]) expect(plainText(text)).toBe(text);
});
