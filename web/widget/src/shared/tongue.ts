/** Languages and their direction. */

const RIGHT_TO_LEFT = new Set(["ar", "arc", "ckb", "dv", "fa", "he", "ks", "ku", "ps", "sd", "ug", "ur", "yi"]);

/** Whether a language is written from right to left; a script that is named says more than the language. */
export function directionOf(locale: string): "ltr" | "rtl" {
  const [language = "", second = ""] = locale.toLowerCase().split("-");
  if (second === "latn" || second === "cyrl") return "ltr";
  if (second === "arab" || second === "hebr") return "rtl";
  return RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
}

/** The first of `wished` that is there, by its whole name or its language; else the first that is there. */
export function pickLanguage<T extends string>(wished: readonly string[], there: readonly T[]): T | undefined {
  for (const wish of wished) {
    const low = wish.toLowerCase();
    const found = there.find((it) => it.toLowerCase() === low) ?? there.find((it) => it.toLowerCase() === low.split("-")[0]);
    if (found) return found;
  }
  return there[0];
}
