/** By what this browser alerts: nothing of it is about patients. */
import { create } from "zustand";
import { ALERTS, type Alert } from "./alerts.ts";

export const WAYS = ["desktop", "sound"] as const;
export type Way = (typeof WAYS)[number];
export type Choice = Readonly<Record<Alert, Readonly<Record<Way, boolean>>>>;

/** How loud a sound is. */
export const VOLUMES = ["low", "medium", "high"] as const;
export type Volume = (typeof VOLUMES)[number];

const KEY = "smartbot.alerts";
const VOLUME_KEY = "smartbot.alerts.volume";
const ALL: Choice = {
  waiting: { desktop: true, sound: true },
  assigned: { desktop: true, sound: true },
  message: { desktop: true, sound: false },
  woken: { desktop: true, sound: true },
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

/** What was kept of it; in the middle where that is nothing or nonsense. */
export const readVolume = (told: string | null): Volume => VOLUMES.find((it) => it === told) ?? "medium";

function keptVolume(): Volume {
  try {
    return readVolume(localStorage.getItem(VOLUME_KEY));
  } catch {
    return "medium";
  }
}

interface Choices {
  volume: Volume;
  setVolume: (volume: Volume) => void;
  choice: Choice;
  choose: (alert: Alert, way: Way, on: boolean) => void;
}

export const useAlertChoice = create<Choices>((set, get) => ({
  volume: keptVolume(),
  setVolume: (volume) => {
    try {
      localStorage.setItem(VOLUME_KEY, volume);
    } catch {
      // It still holds for this page.
    }
    set({ volume });
  },
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
