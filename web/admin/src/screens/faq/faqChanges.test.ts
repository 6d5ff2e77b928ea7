import { describe, expect, it } from "vitest";
import type { Change } from "../../builder/api.ts";
import { faqChanges } from "./faqChanges.ts";

const words = (key: string, { question }: Record<string, string>) => `${key} ${question}`.trim();
const change = (before: unknown, after: unknown): Change => ({ kind: "changed", what: "bot", title: "Bot", before, after, sentence: "…" });
const entry = (id: string, question: string, answer = "yes", more: object = {}) => ({ id, question, answer, ...more });
const told = (before: unknown, after: unknown) =>
  faqChanges([change(before, after)], words).map((it) => [it.kind, it.sentence, it.before, it.after].filter(Boolean));

describe("what differs between two versions", () => {
  it("is told question by question", () => {
    const before = [entry("a", "When?", "At 8."), entry("b", "Where?"), entry("c", "Why?", "yes", { variants: ["how come"] })];
    const after = [entry("a", "When?", "At 9."), entry("d", "Who?"), entry("c", "Why so?", "yes", { language: "en" })];
    expect(told(before, after)).toEqual([
      ["changed", "changes.answer When?", "At 8.", "At 9."],
      ["added", "changes.added Who?"],
      ["changed", "changes.question Why so?", "Why?", "Why so?"],
      ["changed", "changes.variants Why so?"],
      ["changed", "changes.language Why so?"],
      ["removed", "changes.removed Where?"],
    ]);
  });
  it("is their order, where that is all", () => {
    expect(told([entry("a", "A"), entry("b", "B")], [entry("b", "B"), entry("a", "A")])).toEqual([["changed", "changes.order"]]);
  });
  it("stays as the server tells it in all else", () => {
    const greeting = change("Hello", "Good day");
    expect(faqChanges([greeting, change([["car", "auto"]], [])], words)).toEqual([greeting, change([["car", "auto"]], [])]);
  });
});
