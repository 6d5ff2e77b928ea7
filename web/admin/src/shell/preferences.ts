/** How the app behaves in this browser: nothing of it is about patients. */
import { create } from "zustand";

const KEYS = {
  /** Whether single letters do something. Some people dictate, or their keyboards do. */
  shortcuts: "smartbot.shortcuts",
  /** Whether Enter sends a reply, and Shift and Enter begin a line; else the other way round. */
  enterSends: "smartbot.enterSends",
  /** Whether a reply is held back for some seconds, in which it can be taken back. */
  undoSend: "smartbot.undoSend",
} as const;

export type Preference = keyof typeof KEYS;

type Preferences = Record<Preference, boolean> & {
  prefer: (preference: Preference, isOn: boolean) => void;
};

/** All is on until somebody switches it off. */
function kept(preference: Preference): boolean {
  try {
    return localStorage.getItem(KEYS[preference]) !== "off";
  } catch {
    return true;
  }
}

export const usePreferences = create<Preferences>((set) => ({
  shortcuts: kept("shortcuts"),
  enterSends: kept("enterSends"),
  undoSend: kept("undoSend"),
  prefer: (preference, isOn) => {
    try {
      if (isOn) localStorage.removeItem(KEYS[preference]);
      else localStorage.setItem(KEYS[preference], "off");
    } catch {
      // A browser that keeps nothing still does what was chosen.
    }
    set({ [preference]: isOn });
  },
}));
