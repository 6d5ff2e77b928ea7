/** Maps as lists of pairs while they are edited: a key may be empty or there twice until it is finished. */
import { useEffect, useRef, useState } from "react";
import { isPlain, same } from "../model/text.ts";

export type Pair = [key: string, value: unknown];

export interface Pairs {
  pairs: Pair[];
  set: (pairs: Pair[]) => void;
}

/** `toKept` is what a document keeps of the pairs; nothing when there are none. */
export function usePairs(value: unknown, onChange: (value: unknown) => void): Pairs {
  const [pairs, setPairs] = useState<Pair[]>(() => pairsOf(value));
  const written = useRef(value);
  useEffect(() => {
    // What came from elsewhere, by undoing or by somebody else, replaces what is half typed.
    if (same(value, written.current)) return;
    written.current = value;
    setPairs(pairsOf(value));
  }, [value]);
  return {
    pairs,
    set: (next) => {
      setPairs(next);
      const full = next.filter(([key]) => key !== "");
      const made = full.length ? Object.fromEntries(full) : undefined;
      written.current = made;
      onChange(made);
    },
  };
}

function pairsOf(value: unknown): Pair[] {
  return isPlain(value) ? Object.entries(value) : [];
}

export function withPair(pairs: Pair[], place: number, pair: Pair): Pair[] {
  return pairs.map((it, at) => (at === place ? pair : it));
}
