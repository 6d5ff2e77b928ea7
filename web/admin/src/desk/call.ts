/** Where in a text somebody calls for something to put in: a sign at the beginning of a word, anywhere, and what follows it up to the caret. */
export interface Call {
  from: number;
  to: number;
  words: string;
}

/** `/` calls for canned replies, `@` for colleagues. */
export type Sign = "/" | "@";

export function callAt(text: string, caret: number, sign: Sign): Call | null {
  const [words] = /[\p{L}\p{N}_-]*$/u.exec(text.slice(0, caret)) ?? [""];
  const from = caret - words.length - 1;
  if (text[from] !== sign || (from > 0 && !/\s/.test(text[from - 1] ?? ""))) return null;
  return { from, to: caret, words };
}

/** The text with the call replaced, and where the caret goes. */
export function insertAt(text: string, { from, to }: Call, insert: string): { text: string; caret: number } {
  return { text: text.slice(0, from) + insert + text.slice(to), caret: from + insert.length };
}
