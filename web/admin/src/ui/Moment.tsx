/** An instant, as how long ago it was; pointing at it tells exactly when. */
import { useEffect, useState } from "react";
import { useFormat } from "./useFormat.ts";

/** One clock for all of them: the screen is drawn anew once a minute, not once per instant. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function useMinute(): void {
  const [, tick] = useState(0);
  useEffect(() => {
    const listener = () => tick((it) => it + 1);
    listeners.add(listener);
    timer ??= setInterval(() => {
      for (const it of listeners) it();
    }, 60_000);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) {
        clearInterval(timer);
        timer = undefined;
      }
    };
  }, []);
}

export function Moment({ at, exact = false }: { at: string; exact?: boolean }) {
  const format = useFormat();
  useMinute();
  const full = format.dateTime(at);
  return (
    <time dateTime={at} title={full}>
      {exact ? full : format.relative(at)}
    </time>
  );
}
