/** Which theme is shown: the one chosen in this browser, or what the system prefers. */
import { create } from "zustand";

export const THEMES = ["light", "dark", "contrast"] as const;
export type Theme = (typeof THEMES)[number];
export type Choice = Theme | "system";

const KEY = "smartbot.theme";

function kept(): Choice {
  try {
    const value = localStorage.getItem(KEY);
    return THEMES.find((it) => it === value) ?? "system";
  } catch {
    return "system";
  }
}

/** What the system asks for. */
function preferred(): Theme {
  if (matchMedia("(prefers-contrast: more)").matches) return "contrast";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export const resolve = (choice: Choice): Theme => (choice === "system" ? preferred() : choice);

interface Mode {
  choice: Choice;
  theme: Theme;
  choose: (choice: Choice) => void;
}

export const useMode = create<Mode>((set) => ({
  choice: kept(),
  theme: resolve(kept()),
  choose: (choice) => {
    try {
      if (choice === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      // A browser that keeps nothing still shows what was chosen.
    }
    set({ choice, theme: resolve(choice) });
  },
}));

/** Follows the system for as long as nothing else is chosen. */
export function followSystem(): void {
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) {
    matchMedia(query).addEventListener("change", () => {
      const { choice } = useMode.getState();
      useMode.setState({ theme: resolve(choice) });
    });
  }
}
