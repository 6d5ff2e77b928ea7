/** The settings as the form holds them, and what of them changed. */
import type { Settings } from "../../../api/settings.ts";

/** The settings that are there, and those changed in the form. */
export function changedSettings(before: Settings, values: Settings): Partial<Settings> {
  const differs = (key: keyof Settings) => JSON.stringify(before[key]) !== JSON.stringify(values[key]);
  // A setting that this server does not know is not sent to it.
  const keys = (Object.keys(before) as (keyof Settings)[]).filter((it) => it in values && differs(it));
  return Object.fromEntries(keys.map((it) => [it, values[it]]));
}

/** Whether less is kept than before, so that saving deletes something. Null and nothing keep for ever. */
export function isShorter(before: number | null | undefined, days: number | null | undefined): boolean {
  return typeof days === "number" && days < (before ?? Number.POSITIVE_INFINITY);
}

/** All regions that have a name, by name. */
export function regions(language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const found = letters.flatMap((first) =>
    letters.flatMap((second) => {
      const value = first + second;
      const label = names.of(value);
      // Codes of regions that are no more, or of none in particular.
      return label && !OUT.has(value) ? [{ value, label }] : [];
    }),
  );
  return found.sort((a, b) => a.label.localeCompare(b.label, language));
}

const OUT = new Set(["AN", "BU", "CS", "DD", "EU", "EZ", "FX", "NT", "QO", "SU", "TP", "UN", "XA", "XB", "YD", "YU", "ZR", "ZZ"]);
