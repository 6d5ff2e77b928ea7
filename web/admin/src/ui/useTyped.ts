/** A text that is typed here and kept elsewhere, as in the address, which follows a moment later. */
import { useEffect, useRef, useState } from "react";

/** What was typed, shown at once: an input that waits for the address puts the caret to its end, or loses a letter. */
export function useTyped(kept: string, keep: (text: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState(kept);
  /** What was handed on and has not come back yet. */
  const underway = useRef<string[]>([]);
  useEffect(() => {
    const at = underway.current.indexOf(kept);
    underway.current = at < 0 ? [] : underway.current.slice(at + 1);
    if (at < 0) setTyped(kept);
  }, [kept]);
  const type = (text: string): void => {
    underway.current.push(text);
    setTyped(text);
    keep(text);
  };
  return [typed, type];
}
