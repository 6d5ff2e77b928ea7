import { expect, it } from "vitest";
import { SNIPPETS } from "./snippets.ts";

it.each(["TypeScript", "Python", "Rust", "Java", "C#", "PHP", "Go"])("shows how to verify in %s", (language) => {
  const snippet = SNIPPETS.find((it) => it.language === language);
  expect(snippet?.code).toMatch(/webhook|Signature|fits/i);
  expect(snippet?.code).not.toContain("```");
});
