/** Brings together what two people did with the same questions. Both began with `base`. Pure. */
import type { FaqDocument, FaqEntry } from "../../api/faq.ts";
import { byKey, type Choices, type Conflict, order, type Side } from "../../builder/model/rebase.ts";
import { same } from "../../builder/model/text.ts";
import { cleaned, freshId } from "./faqDocument.ts";

export interface MergedFaq {
  document: FaqDocument;
  conflicts: Conflict[];
}

/** Whatever only one side touched is taken from that side. Where both touched the same, it is mine unless it was decided otherwise, and a conflict. */
export function mergeFaq(base: FaqDocument, mine: FaqDocument, theirs: FaqDocument, choices: Choices = {}): MergedFaq {
  const conflicts: Conflict[] = [];
  const decide = (unit: Conflict["unit"], removedBy?: Side): Side => {
    conflicts.push({ unit, keys: [], ...(removedBy ? { removedBy } : {}) });
    return choices[unit] ?? "mine";
  };
  // What is half typed differs from what the server has in spaces only.
  const [b, t] = [cleaned(base), cleaned(theirs)];
  const m = withOwnIds(b, cleaned(mine), t);
  const entries = mergeEntries(b.entries, m.entries, t.entries, decide);
  const made: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(t), ...Object.keys(m)])) {
    if (key === "entries") continue;
    const [before, own, other] = [b[key], m[key], t[key]];
    let value = own;
    if (same(own, before)) value = other;
    else if (!same(other, before) && !same(own, other) && decide(`bot:${key}`) === "theirs") value = other;
    if (value !== undefined) made[key] = value;
  }
  return { document: { ...made, entries } as FaqDocument, conflicts };
}

function mergeEntries(
  base: readonly FaqEntry[],
  mine: readonly FaqEntry[],
  theirs: readonly FaqEntry[],
  decide: (unit: Conflict["unit"], removedBy?: Side) => Side,
): FaqEntry[] {
  const [b, m, t] = [base, mine, theirs].map((it) => byKey(it, (entry) => entry.id)) as [Entries, Entries, Entries];
  return order(theirs, mine, (it) => it.id).flatMap((id) => {
    const [before, own, other] = [b.get(id), m.get(id), t.get(id)];
    if (same(own, before)) return other ?? [];
    if (same(other, before) || same(own, other)) return own ?? [];
    const removedBy: Side | undefined = own ? (other ? undefined : "theirs") : "mine";
    return (decide(`entry:${id}`, removedBy) === "mine" ? own : other) ?? [];
  });
}

type Entries = Map<string, FaqEntry>;

/** My document with new ids for entries that both sides added under the same one. */
function withOwnIds(base: FaqDocument, mine: FaqDocument, theirs: FaqDocument): FaqDocument {
  const old = new Set(base.entries.map((it) => it.id));
  const others = byKey(theirs.entries, (it) => it.id);
  const taken = [...mine.entries, ...theirs.entries];
  const entries = mine.entries.map((it) => {
    if (old.has(it.id) || !others.has(it.id) || same(it, others.get(it.id))) return it;
    const renamed = { ...it, id: freshId(taken, "q") };
    taken.push(renamed);
    return renamed;
  });
  return { ...mine, entries };
}
