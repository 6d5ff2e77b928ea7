/** What a screen remembers while somebody is signed in, and nowhere else: neither the address nor the browser's storage may hold it. */
import { useState } from "react";
import { onLeave } from "./leaving.ts";

const kept = new Map<string, unknown>();
onLeave(() => kept.clear());

/** Like `useState`, but there again after the way back to the screen. For searches that may name a patient. */
export function useKept<T>(key: string, initial: T): [T, (value: T) => void] {
  // Nothing but this hook writes under the key, always a value of this type.
  const [value, setValue] = useState<T>(() => (kept.has(key) ? (kept.get(key) as T) : initial));
  return [
    value,
    (next) => {
      kept.set(key, next);
      setValue(next);
    },
  ];
}
