/** A text with the words marked that it was found by. */
import { marks } from "./marks.ts";

export function Marked({ text, words }: { text: string; words: string }) {
  return marks(text, words).map(({ at, part, hit }) => (hit ? <mark key={at}>{part}</mark> : <span key={at}>{part}</span>));
}
