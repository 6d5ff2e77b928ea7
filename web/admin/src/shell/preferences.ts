/** How the app behaves in this browser: nothing of it is about patients. */
import { create } from "zustand";

const KEY = "smartbot.shortcuts";

interface Preferences {
  /** Whether single letters do something. Some people dictate, or their keyboards do. */
  shortcuts: boolean;
  setShortcuts: (on: boolean) => void;
}

function kept(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

export const usePreferences = create<Preferences>((set) => ({
  shortcuts: kept(),
  setShortcuts: (shortcuts) => {
    try {
      if (shortcuts) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, "off");
    } catch {
      // A browser that keeps nothing still does what was chosen.
    }
    set({ shortcuts });
  },
}));
