/** Words on the screen: a file per subject and language, each loaded when a screen first needs it. */
import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";
import common from "./en/common.json";
import problems from "./en/problems.json";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const files = import.meta.glob<Record<string, unknown>>(["./*/*.json", "!./en/common.json", "!./en/problems.json"], {
  import: "default",
});

/** Reads one file of the catalogue. */
const catalogue: BackendModule = {
  type: "backend",
  init() {},
  read(language, subject, done) {
    const load = files[`./${language}/${subject}.json`];
    if (!load) return done(`the catalogue has no ${subject} in ${language}`, null);
    load().then(
      (words) => done(null, words),
      (error: unknown) => done(error instanceof Error ? error : String(error), null),
    );
  },
};

const KEY = "smartbot.language";

/** The language chosen in this browser, else the first of the browser's own that there is. */
function preferred(): Language {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEY);
  } catch {
    // A browser that keeps nothing goes by its own languages.
  }
  const wished = [kept, ...(typeof navigator === "undefined" ? [] : navigator.languages)];
  for (const wish of wished) {
    const found = (Object.keys(LANGUAGES) as Language[]).find((it) => wish?.split("-")[0] === it);
    if (found) return found;
  }
  return "en";
}

/** Tells the document, for screen readers and for scripts that run from the right. */
function tellDocument(language: string): void {
  document.documentElement.lang = language;
  document.documentElement.dir = i18next.dir(language);
}

void i18next
  .use(catalogue)
  .use(initReactI18next)
  .init({
    resources: { en: { common, problems } },
    partialBundledLanguages: true,
    lng: preferred(),
    fallbackLng: "en",
    ns: ["common", "problems"],
    defaultNS: "common",
    interpolation: { escapeValue: false },
    returnNull: false,
  });
i18next.on("languageChanged", tellDocument);
tellDocument(i18next.language);

/** Changes the language for this browser. */
export async function speak(language: Language): Promise<void> {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // It still holds for this page.
  }
  await i18next.changeLanguage(language);
}

export default i18next;
