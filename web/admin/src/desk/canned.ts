/** Which canned replies fit what was typed after the `/`. */
import type { CannedReply } from "../api/canned.ts";
import { plain } from "./plain.ts";

/** Those with a word of their name that begins so, then those that have it anywhere; in the language of the chat first. */
export function fitting(all: readonly CannedReply[], words: string, language: string, most = 8): CannedReply[] {
  const wanted = plain(words);
  const rank = (it: CannedReply): number => {
    const name = plain(it.name);
    if (name.split(/\s+/).some((word) => word.startsWith(wanted))) return 0;
    return name.includes(wanted) ? 1 : plain(it.text).includes(wanted) ? 2 : 3;
  };
  const isOther = (it: CannedReply): number => (it.language && it.language.split("-")[0] !== language.split("-")[0] ? 1 : 0);
  return all
    .map((it) => ({ it, rank: rank(it) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank || isOther(a.it) - isOther(b.it) || a.it.name.localeCompare(b.it.name))
    .slice(0, most)
    .map(({ it }) => it);
}
