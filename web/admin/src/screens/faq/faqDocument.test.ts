import { describe, expect, it } from "vitest";
import { cleaned, found, freshId, isFaq, newFaq } from "./faqDocument.ts";

const base = { function_id: "Questions", name: "Questions", language: "en" };
const bot = newFaq(base, { question: "When are you open?", answer: "From 8 to 5." });

describe("a FAQ document", () => {
  it("is told from others by its type", () => {
    expect(isFaq(bot)).toBe(true);
    expect(isFaq({ ...bot, type: "flow" })).toBe(false);
    expect(isFaq(null)).toBe(false);
  });
  it("goes out without what is empty, and keeps what this editor does not know", () => {
    const edited = {
      ...bot,
      greeting: "  ",
      no_answer: " Sorry. ",
      synonyms: [["car", " auto "], ["alone"], [" "]],
      hashtags: [" "],
      later: { kept: true },
      entries: [{ id: "q1", question: " When? ", answer: " At 8. ", variants: [" hours ", ""], language: "" }],
    };
    expect(cleaned(edited)).toEqual({
      ...bot,
      no_answer: "Sorry.",
      synonyms: [["car", "auto"]],
      later: { kept: true },
      entries: [{ id: "q1", question: "When?", answer: "At 8.", variants: ["hours"] }],
    });
  });
  it("gives each entry an id of its own, also after some were removed", () => {
    expect(freshId([{ id: "q1" }, { id: "q3" }], "q")).toBe("q4");
    expect(freshId([{ id: "q2" }], "q")).toBe("q3");
    expect(freshId([], "q")).toBe("q1");
  });
  it("is searched by questions, variants and answers", () => {
    const entries = [...bot.entries, { id: "q2", question: "Where?", answer: "Main street", variants: ["address"] }];
    expect(found(entries, "ADDR").map((it) => it.at)).toEqual([1]);
    expect(found(entries, "from 8").map((it) => it.at)).toEqual([0]);
    expect(found(entries, " ")).toHaveLength(2);
  });
});
