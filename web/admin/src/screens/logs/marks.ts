/** Finds the words of a search in a text the way the server does: neither case nor accents count. */

export interface Part {
  /** Where it begins. */
  at: number;
  part: string;
  hit: boolean;
}

const plain = (text: string): string => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

/** The whole text in parts, in order. */
export function marks(text: string, words: string): Part[] {
  const wanted = plain(words)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  // Folding may change lengths: each character is folded by itself and remembers where it came from.
  const folded: string[] = [];
  const from: number[] = [];
  let at = 0;
  for (const character of text) {
    for (const unit of plain(character)) {
      folded.push(unit);
      from.push(at);
    }
    at += character.length;
  }
  from.push(text.length);
  const whole = folded.join("");
  const hit = new Array<boolean>(text.length).fill(false);
  // `whole` is made of code points, `indexOf` counts units: both are the same below U+10000, and above it nothing folds.
  for (const word of wanted) {
    for (let found = whole.indexOf(word); found >= 0; found = whole.indexOf(word, found + 1)) {
      const begin = from[codePoints(whole, found)] ?? 0;
      const end = from[codePoints(whole, found + word.length)] ?? text.length;
      hit.fill(true, begin, end);
    }
  }
  const parts: Part[] = [];
  for (let place = 0; place < text.length; ) {
    let end = place + 1;
    while (end < text.length && hit[end] === hit[place]) end += 1;
    parts.push({ at: place, part: text.slice(place, end), hit: hit[place] ?? false });
    place = end;
  }
  return parts;
}

/** How many characters there are before a unit. */
const codePoints = (text: string, unit: number): number => [...text.slice(0, unit)].length;
