/** What the palette offers, and which of it fits what was typed. */
import type { Permission } from "../api/me.ts";

export interface Entry {
  id: string;
  group: "go" | "bots" | "acts" | "look";
  label: string;
  /** Also found by these, for example a bot's function id. */
  also?: string;
  needs?: Permission[];
  run: () => void;
}

const plain = (text: string): string => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLocaleLowerCase();

/** How well an entry fits: 0 not at all. The beginning of the label is best, then of a word, then anywhere, then of the rest. */
export function fit(entry: Pick<Entry, "label" | "also">, words: string): number {
  const label = plain(entry.label);
  const also = plain(entry.also ?? "");
  let least = 4;
  for (const word of plain(words).split(/\s+/).filter(Boolean)) {
    const here = label.startsWith(word)
      ? 4
      : label.split(/[\s→:·-]+/).some((it) => it.startsWith(word))
        ? 3
        : label.includes(word)
          ? 2
          : also.includes(word)
            ? 1
            : 0;
    least = Math.min(least, here);
  }
  return least;
}

/** The entries that fit, best first; those that fit alike keep their order. Groups stay together. */
export function search(entries: readonly Entry[], words: string, most = 40): Entry[] {
  const found = entries.map((entry) => ({ entry, fit: fit(entry, words) })).filter((it) => it.fit > 0);
  const best = new Map<Entry["group"], number>();
  for (const it of found) best.set(it.entry.group, Math.max(best.get(it.entry.group) ?? 0, it.fit));
  const order = [...best.keys()];
  return found
    .sort(
      (a, b) =>
        (best.get(b.entry.group) ?? 0) - (best.get(a.entry.group) ?? 0) ||
        order.indexOf(a.entry.group) - order.indexOf(b.entry.group) ||
        b.fit - a.fit,
    )
    .slice(0, most)
    .map((it) => it.entry);
}
