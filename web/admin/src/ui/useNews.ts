/** Asks for news every so often, as long as somebody is there to see them: an unattended screen must not keep its session alive. */
import { useEffect, useRef } from "react";
import { isAttended } from "../session/use.ts";

export function useNews(ask: () => unknown, everyMs: number | null): void {
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (everyMs === null) return;
    const timer = setInterval(() => {
      if (isAttended()) latest.current();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}
