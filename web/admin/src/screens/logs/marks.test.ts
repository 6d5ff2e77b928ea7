import { expect, it } from "vitest";
import { marks } from "./marks.ts";

const marked = (text: string, words: string) =>
  marks(text, words)
    .map(({ part, hit }) => (hit ? `[${part}]` : part))
    .join("");

it.each([
  ["My knee hurts", "KNEE", "My [knee] hurts"],
  ["Über-Müdigkeit", "muedigkeit müdig", "Über-[Müdig]keit"],
  ["José's knee, jose", "jose", "[José]'s knee, [jose]"],
  ["😀 knee 😀", "knee", "😀 [knee] 😀"],
  ["nothing here", "", "nothing here"],
  ["", "knee", ""],
])("in “%s” marks “%s”", (text, words, result) => {
  expect(marked(text, words)).toBe(result);
});
