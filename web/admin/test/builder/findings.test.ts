import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/builder/api.ts";
import { Editor } from "../../src/builder/editor/editor.ts";
import { bot } from "./bot.ts";
import { CATALOGUE } from "./catalogue.ts";

const about = (parts: Partial<Finding>): Finding => ({ severity: "warning", code: "covered_condition", message: "", ...parts });

function open(findings: Finding[]): Editor {
  const document = bot({
    start: "a",
    boxes: ["a", "b", "c"].map((id) => ({ id, type: "say", text: id })),
    links: [
      { from: "a", to: "b", when: { op: "is_set" } },
      { from: "a", to: "c", when: { op: "is_empty" } },
      { from: "a", to: "c" },
    ],
  });
  return new Editor({ functionId: "Bot", catalogue: CATALOGUE, document, findings });
}

const findings = (editor: Editor): Finding[] => editor.store.getState().findings;

describe("findings, until the server has checked again", () => {
  it("stay with their links when others go", () => {
    const editor = open([about({ box_id: "a", link: 1, pointer: "/links/1/when" }), about({ box_id: "a", link: 0 })]);
    editor.dispatch("remove_link", { link: 0 });
    expect(findings(editor)).toEqual([about({ box_id: "a", link: 0, pointer: "/links/0/when" })]);
    editor.undo();
    expect(findings(editor)).toMatchObject([{ link: 1, pointer: "/links/1/when" }]);
  });

  it("stay with links that change places or lead elsewhere", () => {
    const editor = open([about({ box_id: "a", link: 1 })]);
    editor.dispatch("move_link", { link: 1, to: 0 });
    expect(editor.document.links[findings(editor)[0]?.link ?? -1]?.when).toEqual({ op: "is_empty" });
    editor.dispatch("set_link", { link: findings(editor)[0]?.link ?? -1, to: "b" });
    expect(editor.document.links[findings(editor)[0]?.link ?? -1]).toEqual({ from: "a", to: "b", when: { op: "is_empty" } });
  });

  it("stay with their boxes, and go with them", () => {
    const editor = open([about({ box_id: "c", pointer: "/boxes/2/text" }), about({ box_id: "b", pointer: "/boxes/1/text" })]);
    editor.dispatch("remove", { boxes: ["b"], notes: [] });
    expect(findings(editor)).toEqual([about({ box_id: "c", pointer: "/boxes/1/text" })]);
  });
});
