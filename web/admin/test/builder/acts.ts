/** Commands as a restless person would give them, right ones and wrong ones. */
import type { Act } from "../../src/builder/commands/index.ts";
import { copy } from "../../src/builder/model/clipboard.ts";
import type { BotDocument } from "../../src/builder/model/document.ts";
import { CATALOGUE, TYPES } from "./catalogue.ts";
import type { Chance } from "./chance.ts";

export function randomAct(chance: Chance, document: BotDocument): Act {
  const ids = [...document.boxes.map((it) => it.id), "no-such-box"];
  const notes = document.notes?.map((it) => it.id) ?? [];
  const box = (): string => chance.one(ids);
  const link = (): number => chance.below(document.links.length + 1);
  const type = (): string => chance.one(TYPES).type;
  const at = () => ({ x: chance.below(2_000) - 500, y: chance.below(2_000) - 500 });
  const field = `f${chance.below(4)}`;
  const makers: (() => Act)[] = [
    () => ["add_box", { type: type(), ...(chance.next() < 0.6 ? { from: box() } : {}), ...(chance.next() < 0.3 ? { at: at() } : {}) }],
    () => ["add_link", { from: box(), to: box(), ...(chance.next() < 0.4 ? { when: { op: "gt", value: chance.below(9) } } : {}) }],
    () => ["add_note", { at: at(), text: "Remember {degrees}" }],
    () => ["change_field", { name: field, field: { name: `f${chance.below(6)}`, kind: "variable", type: "number" } }],
    () => ["declare_field", { field: { name: field, kind: "variable", type: "text" } }],
    () => ["duplicate", { boxes: chance.some(ids), notes: chance.some(notes) }],
    () => ["insert_box", { link: link(), type: type() }],
    () => [
      "move",
      { boxes: Object.fromEntries(chance.some(ids).map((it) => [it, at()])), notes: Object.fromEntries(notes.map((it) => [it, at()])) },
    ],
    () => ["move_link", { link: link(), to: chance.below(4) - 1 }],
    () => ["paste", { clip: copy(document, chance.some(ids), chance.some(notes), CATALOGUE), at: at(), choices: {} }],
    () => ["remove", { boxes: chance.some(ids).slice(0, 2), notes: chance.some(notes) }],
    () => ["remove_at", { pointer: chance.one(["/description", "/boxes/0/title", "/links/1", "/nothing/here", ""]) }],
    () => ["remove_field", { name: field }],
    () => ["remove_link", { link: link() }],
    () => ["set_bot", { key: chance.one(["name", "description", "language"]), value: chance.one(["A", "B", undefined]) }],
    () => ["set_link", { link: link(), ...(chance.next() < 0.5 ? { to: box() } : {}), when: chance.one([null, { op: "is_set", field }]) }],
    () => ["set_note", { note: chance.one([...notes, "none"]), change: { text: `It is {${field}}`, width: 240 } }],
    () => [
      "set_setting",
      {
        box: box(),
        path: chance.one([["text"], ["title"], ["advanced", "goal"], ["save_to"]]),
        value: chance.one([`Is it {${field}}?`, field, undefined]),
      },
    ],
    () => ["set_start", { box: box() }],
    () => ["tidy", chance.next() < 0.5 ? {} : { boxes: chance.some(ids) }],
  ];
  return chance.one(makers)();
}
