/** A clock of how long somebody has waited. Not read out as it runs. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { serverAhead } from "../../api/client.ts";
import { ago, clock } from "../../desk/waited.ts";

/** One tick for all clocks on the screen. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** The time, each second anew. */
export function useSecond(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const listener = () => setNow(Date.now());
    listeners.add(listener);
    timer ??= setInterval(() => {
      for (const it of listeners) it();
    }, 1_000);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) {
        clearInterval(timer);
        timer = undefined;
      }
    };
  }, []);
  return now;
}

/** The same by the server's clock, by which it tells times. */
export const useServerSecond = (): number => useSecond() + serverAhead();

export function Waited({ since }: { since: string }) {
  return <span>{clock(useServerSecond() - Date.parse(since))}</span>;
}

/** How much is left until then. */
export function Left({ until }: { until: string }) {
  return <span>{clock(Date.parse(until) - useServerSecond())}</span>;
}

/** How long ago it was, told by this browser's clock, by which it was noted. */
export function Ago({ at }: { at: string }) {
  const { i18n } = useTranslation();
  const seconds = Math.max(0, Math.floor((useSecond() - Date.parse(at)) / 1_000));
  return <span>{ago(seconds, i18n.language)}</span>;
}
