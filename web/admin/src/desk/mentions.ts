/** Colleagues who are named in a note by `@`. Pure. */
import type { NamedAgent } from "../api/desk.ts";
import { plain } from "./plain.ts";

/** A part of a text: words, or somebody who is named there. */
export type Piece = string | { agent: NamedAgent; as: string };

/** A text in its parts. Of two names that stand there, the longer is meant: “@Ana Ruiz” is not Ana. */
export function pieces(text: string, agents: readonly NamedAgent[]): Piece[] {
  const longest = [...agents].sort((a, b) => b.name.length - a.name.length);
  const parts: Piece[] = [];
  let done = 0;
  for (const { index } of text.matchAll(/(?<![\p{L}\p{N}])@/gu)) {
    if (index < done) continue;
    const found = longest.find(({ name }) => {
      const as = text.slice(index + 1, index + 1 + name.length);
      return name !== "" && plain(as) === plain(name) && !/^[\p{L}\p{N}]/u.test(text.slice(index + 1 + name.length));
    });
    if (!found) continue;
    const end = index + 1 + found.name.length;
    parts.push(text.slice(done, index), { agent: found, as: text.slice(index, end) });
    done = end;
  }
  return [...parts, text.slice(done)].filter((it) => it !== "");
}

/** How many the server takes in one note. */
const MOST_NAMED = 20;

/** The ids of those who are named, each once. */
export function mentioned(text: string, agents: readonly NamedAgent[]): string[] {
  const ids = pieces(text, agents).flatMap((it) => (typeof it === "string" ? [] : it.agent.id));
  return [...new Set(ids)].slice(0, MOST_NAMED);
}

/** Those whose name has a word that begins so. */
export function colleagues<A extends NamedAgent>(agents: readonly A[], words: string, most = 8): A[] {
  const wanted = plain(words);
  return agents
    .filter(({ name }) =>
      plain(name)
        .split(/[\s-]+/)
        .some((word) => word.startsWith(wanted)),
    )
    .sort((a, b) => a.name.localeCompare(b.name))
    .slice(0, most);
}
