/** The region that screen readers listen to. */
import { useEffect, useState } from "react";
import { useAnnouncer } from "./announcer.ts";

/** Long enough to be noticed, short enough not to be found by whoever reads the page later. */
const KEPT_MS = 1_500;

export function Announcer() {
  const { text, turn } = useAnnouncer();
  const [shown, setShown] = useState("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn says the same words again
  useEffect(() => {
    setShown(text);
    const timer = setTimeout(() => setShown(""), KEPT_MS);
    return () => clearTimeout(timer);
  }, [text, turn]);
  return (
    <div role="status" aria-live="polite" className="visually-hidden" data-announcer>
      {shown}
    </div>
  );
}
