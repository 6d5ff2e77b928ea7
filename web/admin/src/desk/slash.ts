/** Where in a text somebody calls for a canned reply: a `/` at the beginning of a word, anywhere, and what follows it up to the caret. */
export interface Slash {
  from: number;
  to: number;
  words: string;
}

export function slashAt(text: string, caret: number): Slash | null {
  const before = text.slice(0, caret);
  const found = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u.exec(before);
  if (!found) return null;
  const words = found[1] ?? "";
  return { from: caret - words.length - 1, to: caret, words };
}

/** The text with the call replaced, and where the caret goes. */
export function insertAt(text: string, { from, to }: Slash, insert: string): { text: string; caret: number } {
  return { text: text.slice(0, from) + insert + text.slice(to), caret: from + insert.length };
}
