/** By what this browser alerts: nothing of it is about patients. */
import { create } from "zustand";
import { ALERTS, type Alert } from "./alerts.ts";

export const WAYS = ["desktop", "sound"] as const;
export type Way = (typeof WAYS)[number];
export type Choice = Readonly<Record<Alert, Readonly<Record<Way, boolean>>>>;

const KEY = "smartbot.alerts";
const ALL: Choice = {
  waiting: { desktop: true, sound: true },
  assigned: { desktop: true, sound: true },
  message: { desktop: true, sound: false },
};

/** What was kept, with all that is missing or nonsense as it is from the start. */
export function readChoice(kept: string | null): Choice {
  let told: unknown = null;
  try {
    told = JSON.parse(kept ?? "null");
  } catch {
    // Nonsense counts as nothing.
  }
  const of = (alert: Alert, way: Way): boolean => {
    const found = (told as Record<string, Record<string, unknown> | null> | null)?.[alert]?.[way];
    return typeof found === "boolean" ? found : ALL[alert][way];
  };
  return Object.fromEntries(ALERTS.map((it) => [it, { desktop: of(it, "desktop"), sound: of(it, "sound") }])) as Choice;
}

function kept(): Choice {
  try {
    return readChoice(localStorage.getItem(KEY));
  } catch {
    return ALL;
  }
}

interface Choices {
  choice: Choice;
  choose: (alert: Alert, way: Way, on: boolean) => void;
}

export const useAlertChoice = create<Choices>((set, get) => ({
  choice: kept(),
  choose: (alert, way, on) => {
    const { choice } = get();
    const next = { ...choice, [alert]: { ...choice[alert], [way]: on } };
    try {
      localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      // It still holds for this page.
    }
    set({ choice: next });
  },
}));
