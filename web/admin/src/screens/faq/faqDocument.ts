/** FAQ documents as the editor changes them. Pure. */
import type { FaqDocument, FaqEntry } from "../../api/faq.ts";

/** How well an entry must fit where a bot says nothing of it. */
export const THRESHOLD = 0.6;

export const isFaq = (document: unknown): document is FaqDocument =>
  typeof document === "object" && document !== null && "type" in document && document.type === "faq";

/** A new bot with one question to begin with. */
export const newFaq = (base: { function_id: string; name: string; language: string }, first: Omit<FaqEntry, "id">): FaqDocument => ({
  format: "smartbot/1",
  ...base,
  type: "faq",
  entries: [{ id: "q1", ...first }],
});

/** An id that no entry has. */
export function freshId(entries: readonly { id: string }[], prefix: string): string {
  const taken = new Set(entries.map((it) => it.id));
  for (let number = entries.length + 1; ; number += 1) if (!taken.has(`${prefix}${number}`)) return `${prefix}${number}`;
}

/** What goes to the server: no empty lines, and nothing where nothing was said. */
export function cleaned(document: FaqDocument): FaqDocument {
  const { greeting, no_answer, synonyms, hashtags, ...rest } = document;
  const words = (all: readonly string[] | undefined) => (all ?? []).map((it) => it.trim()).filter(Boolean);
  const groups = (synonyms ?? []).map(words).filter((it) => it.length > 1);
  return {
    ...rest,
    ...(greeting?.trim() ? { greeting: greeting.trim() } : {}),
    ...(no_answer?.trim() ? { no_answer: no_answer.trim() } : {}),
    ...(groups.length > 0 ? { synonyms: groups } : {}),
    ...(words(hashtags).length > 0 ? { hashtags: words(hashtags) } : {}),
    entries: document.entries.map(({ variants, language, ...entry }) => ({
      ...entry,
      question: entry.question.trim(),
      answer: entry.answer.trim(),
      ...(words(variants).length > 0 ? { variants: words(variants) } : {}),
      ...(language ? { language } : {}),
    })),
  };
}

/** The entries that have these words, with their places in the whole list. */
export function found(entries: readonly FaqEntry[], words: string): { entry: FaqEntry; at: number }[] {
  const wanted = words.trim().toLocaleLowerCase();
  const all = entries.map((entry, at) => ({ entry, at }));
  if (!wanted) return all;
  return all.filter(({ entry }) =>
    [entry.question, entry.answer, ...(entry.variants ?? [])].join("\n").toLocaleLowerCase().includes(wanted),
  );
}
