/** Words on the screen: a file per screen and language, loaded with the first screen for English and on demand for others. */
import i18next, { type Resource } from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

const name = (path: string): string => path.slice(path.lastIndexOf("/") + 1, -".json".length);
const english = import.meta.glob<Record<string, unknown>>("./en/*.json", { eager: true, import: "default" });
const others = import.meta.glob<Record<string, unknown>>(["./*/*.json", "!./en/*.json"], { import: "default" });

const resources: Resource = { en: Object.fromEntries(Object.entries(english).map(([path, words]) => [name(path), words])) };

void i18next.use(initReactI18next).init({
  resources,
  lng: "en",
  fallbackLng: "en",
  defaultNS: "common",
  interpolation: { escapeValue: false },
  returnNull: false,
});

/** Loads a language and changes to it; the document says so to screen readers, and turns for scripts from the right. */
export async function speak(language: string): Promise<void> {
  const known = LANGUAGES.find((it) => it === language) ?? "en";
  if (known !== "en") {
    const files = Object.entries(others).filter(([path]) => path.startsWith(`./${known}/`));
    await Promise.all(files.map(async ([path, load]) => i18next.addResourceBundle(known, name(path), await load(), true, true)));
  }
  await i18next.changeLanguage(known);
  document.documentElement.lang = known;
  document.documentElement.dir = i18next.dir(known);
}

export default i18next;
