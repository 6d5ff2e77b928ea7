/** A number for each state of a document: for keys of caches, where the document itself would be far too long. */
import type { BotDocument } from "./document.ts";

const numbers = new WeakMap<BotDocument, number>();
let last = 0;

export function stateNumber(document: BotDocument): number {
  const known = numbers.get(document);
  if (known !== undefined) return known;
  last += 1;
  numbers.set(document, last);
  return last;
}
