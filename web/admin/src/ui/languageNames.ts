/** Languages by name, in the words of the reader's own language. */

/** The languages that lists offer. The API takes any; these are the ones that people look for. */
export const LANGUAGE_CODES = [
  "en",
  "de",
  "es",
  "fr",
  "it",
  "pt",
  "nl",
  "pl",
  "tr",
  "ru",
  "uk",
  "ar",
  "fa",
  "he",
  "hi",
  "zh",
  "ja",
  "ko",
  "vi",
  "tl",
] as const;

export function languageNames(codes: readonly string[], reader: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(reader, { type: "language" });
  return codes.map((value) => ({ value, label: names.of(value) ?? value }));
}
