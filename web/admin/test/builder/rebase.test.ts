import { describe, expect, it } from "vitest";
import type { Act } from "../../src/builder/commands/index.ts";
import { run, runAll } from "../../src/builder/editor/dispatch.ts";
import type { BotDocument } from "../../src/builder/model/document.ts";
import { clashes, merge, withIds } from "../../src/builder/model/rebase.ts";
import { canonicalText } from "../../src/builder/model/text.ts";
import { randomAct } from "./acts.ts";
import { weatherBot } from "./bot.ts";
import { CATALOGUE } from "./catalogue.ts";
import { Chance } from "./chance.ts";

const base = weatherBot();
const after = (...acts: Act[]): BotDocument => runAll(base, CATALOGUE, acts)?.document ?? base;
const set = (box: string, path: string[], value: unknown): Act => ["set_setting", { box, path, value }];

describe("bringing two people's changes together", () => {
  it("takes each change from whoever made it", () => {
    const mine = after(set("hello", ["text"], "Good day"), ["add_box", { type: "stop", from: "hop-4" }]);
    const theirs = after(set("ask", ["text"], "How hot?"), ["remove_link", { link: 2 }]);
    const { document, conflicts } = merge(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(document.boxes.find((it) => it.id === "hello")?.text).toBe("Good day");
    expect(document.boxes.find((it) => it.id === "ask")?.text).toBe("How hot?");
    expect(document.links).toEqual([
      { from: "hello", to: "ask" },
      { from: "ask", to: "stop-3", when: { op: "gt", value: 30 } },
      { from: "hop-4", to: "stop-5" },
    ]);
  });

  it("joins different settings of one box, and of its Advanced panel", () => {
    const mine = after(set("ask", ["text"], "How hot?"), set("ask", ["advanced", "goal"], "asked"));
    const theirs = after(set("ask", ["save_to"], "heat"), set("ask", ["advanced", "push_to_webhook"], true));
    const { document, conflicts } = merge(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(document.boxes.find((it) => it.id === "ask")).toMatchObject({
      text: "How hot?",
      save_to: "heat",
      advanced: { assign_flags: ["asked"], goal: "asked", push_to_webhook: true },
    });
  });

  it("asks where both changed the same setting, and does as it is told", () => {
    const mine = after(set("hello", ["text"], "Mine"));
    const theirs = after(set("hello", ["text"], "Theirs"));
    expect(merge(base, mine, theirs).conflicts).toEqual([{ unit: "box:hello", keys: ["text"] }]);
    expect(merge(base, mine, theirs, { "box:hello": "theirs" }).document.boxes[0]?.text).toBe("Theirs");
    expect(merge(base, mine, theirs, { "box:hello": "mine" }).document.boxes[0]?.text).toBe("Mine");
  });

  it("asks when one removed what the other changed, or linked to", () => {
    const removed = after(["remove", { boxes: ["stop-3"], notes: [] }]);
    const changed = after(set("stop-3", ["message"], "Hot!"));
    const linked = after(["add_link", { from: "hop-4", to: "stop-3" }]);
    expect(merge(base, changed, removed).conflicts).toEqual([{ unit: "box:stop-3", keys: [], removedBy: "theirs" }]);
    expect(merge(base, linked, removed).conflicts).toEqual([{ unit: "box:stop-3", keys: [], removedBy: "theirs" }]);
    const kept = merge(base, linked, removed, { "box:stop-3": "mine" }).document;
    expect(kept.boxes.map((it) => it.id)).toContain("stop-3");
    expect(kept.links).toContainEqual({ from: "hop-4", to: "stop-3" });
    const gone = merge(base, linked, removed, { "box:stop-3": "theirs" }).document;
    expect(gone.links.some((it) => it.to === "stop-3")).toBe(false);
  });

  it("gives what both added under one id an id each", () => {
    const mine = after(["add_box", { type: "say", from: "hop-4" }], set("say-5", ["text"], "Mine"));
    const theirs = after(["add_box", { type: "say", from: "hop-4" }], set("say-5", ["text"], "Theirs"));
    const renamed = clashes(base, mine, theirs);
    expect([...renamed.boxes]).toEqual([["say-5", "say-6"]]);
    const { document } = merge(base, withIds(mine, renamed, CATALOGUE), theirs, { "box:hop-4": "theirs" });
    expect(document.boxes.map((it) => it.text)).toEqual(expect.arrayContaining(["Mine", "Theirs"]));
  });

  it("loses nothing that only one side did, whatever was done", () => {
    for (let seed = 1; seed <= 80; seed += 1) {
      const chance = new Chance(seed);
      const act = (from: BotDocument): BotDocument => {
        const [name, args] = randomAct(chance, from);
        return run(from, CATALOGUE, name, args as never)?.document ?? from;
      };
      const start = act(act(act(base)));
      const mine = act(act(start));
      expect(canonicalText(merge(start, mine, start).document)).toBe(canonicalText(mine));
      expect(canonicalText(merge(start, start, mine).document)).toBe(canonicalText(mine));
      expect(canonicalText(merge(start, mine, mine).document)).toBe(canonicalText(mine));
      const theirs = act(act(start));
      const renamed = clashes(start, mine, theirs);
      const { document, conflicts } = merge(start, withIds(mine, renamed, CATALOGUE), theirs);
      const ids = document.boxes.map((it) => it.id);
      const before = new Set(start.boxes.map((it) => it.id));
      const added = [...mine.boxes.map((it) => renamed.boxes.get(it.id) ?? it.id), ...theirs.boxes.map((it) => it.id)].filter(
        (it) => !before.has(it),
      );
      expect(ids).toEqual(expect.arrayContaining(added));
      expect(new Set(ids).size).toBe(ids.length);
      expect(document.links.flatMap((it) => [it.from, it.to]).filter((it) => !ids.includes(it))).toEqual([]);
      for (const { unit } of conflicts) expect(unit).toMatch(/^(box|note|field|bot):/);
    }
  });
});
