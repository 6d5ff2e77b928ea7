/** Labels of commands as text. */
import type { TFunction } from "i18next";
import type { Label } from "./commands/command.ts";
import { settingName } from "./form/words.ts";

export function labelText(label: Label, t: TFunction<"builder">, under = "did"): string {
  const { setting, ...values } = label.values ?? {};
  return t(`${under}.${label.key}`, { ...values, ...(setting === undefined ? {} : { setting: settingName(String(setting), t) }) });
}
