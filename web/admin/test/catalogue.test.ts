/** All languages say the same things. */
import { describe, expect, it } from "vitest";

const files = import.meta.glob<Record<string, unknown>>("../src/i18n/*/*.json", { eager: true, import: "default" });

function keys(words: Record<string, unknown>, under = ""): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "object" && value !== null ? keys(value as Record<string, unknown>, `${under}${key}.`) : [`${under}${key}`],
  );
}

describe("the catalogue", () => {
  for (const [path, english] of Object.entries(files).filter(([path]) => path.includes("/en/"))) {
    it(`has every word of ${path.split("/").at(-1)} in German`, () => {
      const german = files[path.replace("/en/", "/de/")];
      expect(keys(german ?? {}).sort()).toEqual(keys(english).sort());
    });
  }
});
