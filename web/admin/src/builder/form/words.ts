/** What settings and their values are called. The schema names them for programs; known ones have words in the reader's language. */
import i18next, { type TFunction } from "i18next";

export function settingName(key: string, t: TFunction<"builder">): string {
  return i18next.exists(`setting.${key}`, { ns: "builder" }) ? String(t(`setting.${key}` as never)) : humanised(key);
}

export function valueName(value: unknown, t: TFunction<"builder">): string {
  const key = `value.${String(value)}`;
  return i18next.exists(key, { ns: "builder" }) ? String(t(key as never)) : humanised(String(value));
}

function humanised(key: string): string {
  // What is written in capitals, such as the name of an HTTP method, stays so.
  const words = key.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
