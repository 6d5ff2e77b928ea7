/** What differs between two versions of a FAQ bot, question by question: the server tells of the list as a whole. Pure. */
import type { FaqEntry } from "../../api/faq.ts";
import type { Change } from "../../builder/api.ts";
import { byKey } from "../../builder/model/rebase.ts";
import { same } from "../../builder/model/text.ts";

type Words = (key: string, values: Record<string, string>) => string;

const isEntries = (it: unknown): it is FaqEntry[] =>
  Array.isArray(it) && it.every((one) => typeof one === "object" && one !== null && "id" in one && "question" in one);

/** The changes with those of the questions in the place of the one that tells of their list. */
export function faqChanges(changes: readonly Change[], words: Words): Change[] {
  return changes.flatMap((it) => {
    const [before, after] = [it.before ?? [], it.after ?? []];
    return it.what === "bot" && isEntries(before) && isEntries(after) && before.length + after.length > 0
      ? entryChanges(before, after, words)
      : it;
  });
}

function entryChanges(before: FaqEntry[], after: FaqEntry[], words: Words): Change[] {
  const [old, now] = [byKey(before, (it) => it.id), byKey(after, (it) => it.id)];
  const made: Change[] = [];
  const tell = (kind: Change["kind"], key: string, title: string, texts: { before?: string; after?: string } = {}) =>
    made.push({ kind, what: "bot", title, sentence: words(`changes.${key}`, { question: title }), ...texts });
  for (const entry of after) {
    const was = old.get(entry.id);
    if (!was) tell("added", "added", entry.question);
    else if (!same(was, entry)) {
      if (was.question !== entry.question) {
        tell("changed", "question", entry.question, { before: was.question, after: entry.question });
      }
      if (was.answer !== entry.answer) tell("changed", "answer", entry.question, { before: was.answer, after: entry.answer });
      if (!same(was.variants, entry.variants)) tell("changed", "variants", entry.question);
      if (was.language !== entry.language) tell("changed", "language", entry.question);
    }
  }
  for (const entry of before) if (!now.has(entry.id)) tell("removed", "removed", entry.question);
  const kept = (list: FaqEntry[], other: Map<string, FaqEntry>) => list.map((it) => it.id).filter((id) => other.has(id));
  if (!same(kept(before, now), kept(after, old))) tell("changed", "order", "");
  return made;
}
