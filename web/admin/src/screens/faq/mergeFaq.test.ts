import { describe, expect, it } from "vitest";
import type { FaqDocument, FaqEntry } from "../../api/faq.ts";
import { newFaq } from "./faqDocument.ts";
import { mergeFaq } from "./mergeFaq.ts";

const entry = (id: string, question: string, answer = "yes"): FaqEntry => ({ id, question, answer });
const [hours, parking] = [entry("q1", "When?"), entry("q2", "Where?")];
const base: FaqDocument = {
  ...newFaq({ function_id: "Questions", name: "Questions", language: "en" }, { question: "", answer: "" }),
  entries: [hours, parking],
};
const withEntries = (...entries: FaqEntry[]): FaqDocument => ({ ...base, entries });

describe("two people who work on the same questions", () => {
  it("both get what each changed where the other did not", () => {
    const mine = { ...withEntries(hours, entry("q2", "Where?", "Behind the house.")), greeting: "Hello" };
    const theirs = { ...withEntries(entry("q1", "When?", "At 8."), parking, entry("q3", "Why?")), threshold: 0.8 };
    const { document, conflicts } = mergeFaq(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(document).toEqual({
      ...withEntries(entry("q1", "When?", "At 8."), entry("q2", "Where?", "Behind the house."), entry("q3", "Why?")),
      greeting: "Hello",
      threshold: 0.8,
    });
  });
  it("are asked about what both changed, and get what was decided", () => {
    const mine = { ...withEntries(entry("q1", "When?", "mine"), parking), name: "Mine" };
    const theirs = { ...withEntries(entry("q1", "When?", "theirs"), parking), name: "Theirs" };
    expect(mergeFaq(base, mine, theirs).conflicts.map((it) => it.unit)).toEqual(["entry:q1", "bot:name"]);
    const { document } = mergeFaq(base, mine, theirs, { "entry:q1": "theirs", "bot:name": "mine" });
    expect(document).toEqual({ ...withEntries(entry("q1", "When?", "theirs"), parking), name: "Mine" });
  });
  it("are asked when one changes what the other removed, and not when nobody changed it", () => {
    const mine = withEntries(parking);
    expect(mergeFaq(base, mine, base).document.entries).toEqual([parking]);
    const changed = withEntries(entry("q1", "When?", "At 8."), parking);
    const asked = mergeFaq(base, mine, changed);
    expect(asked.conflicts).toEqual([{ unit: "entry:q1", keys: [], removedBy: "mine" }]);
    expect(mergeFaq(base, mine, changed, { "entry:q1": "theirs" }).document.entries).toEqual(changed.entries);
  });
  it("keep both of two questions that came under one id", () => {
    const { document, conflicts } = mergeFaq(base, withEntries(...base.entries, entry("q3", "Mine?")), {
      ...withEntries(...base.entries, entry("q3", "Theirs?")),
    });
    expect(conflicts).toEqual([]);
    expect(document.entries.map((it) => it.question).sort()).toEqual(["Mine?", "Theirs?", "When?", "Where?"]);
    expect(new Set(document.entries.map((it) => it.id)).size).toBe(4);
  });
  it("are not asked because of a space that is typed", () => {
    const mine = withEntries(entry("q1", "When? "), parking);
    expect(mergeFaq(base, mine, withEntries(entry("q1", "When exactly?"), parking)).conflicts).toEqual([]);
  });
});
