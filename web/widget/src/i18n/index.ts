/** The languages of the panel. One is in the page; the others come when they are wanted. */
import { pickLanguage } from "../shared/tongue.ts";
import { en, type Words } from "./en.ts";

export type { Words } from "./en.ts";

const LOADERS: Record<string, () => Promise<Words>> = {
  en: async () => en,
  de: async () => (await import("./de.ts")).de,
  es: async () => (await import("./es.ts")).es,
  ar: async () => (await import("./ar.ts")).ar,
};

export const LANGUAGES = Object.keys(LOADERS);

/** The language of the panel for a locale, and its words. A catalogue that does not come leaves English. */
export async function loadWords(locale: string): Promise<{ language: string; words: Words }> {
  const language = pickLanguage([locale, "en"], LANGUAGES) ?? "en";
  try {
    return { language, words: (await LOADERS[language]?.()) ?? en };
  } catch {
    return { language: "en", words: en };
  }
}

export { en };
