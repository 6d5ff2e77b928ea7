import type { BotDocument } from "../model/document.ts";
import { isPlain, same } from "../model/text.ts";
import { boxName, type Command } from "./command.ts";

export interface SetSetting {
  box: string;
  /** From the box to the setting: `["advanced", "goal"]`. */
  path: string[];
  /** Undefined takes the setting away. */
  value: unknown;
}

export const setSetting: Command<SetSetting> = (draft, { box: id, path, value }, scene) => {
  const box = draft.boxes.find((it) => it.id === id);
  const [key] = path;
  if (!box || key === undefined || key === "id") return null;
  if (same(valueAt(scene.before, id, path), value)) return null;
  write(box, path, value);
  return { label: { key: "set_setting", values: { title: boxName(scene, id), setting: path.at(-1) ?? key } }, box: id };
};

function valueAt(document: BotDocument, id: string, path: string[]): unknown {
  let at: unknown = document.boxes.find((it) => it.id === id);
  for (const key of path) at = isPlain(at) ? at[key] : undefined;
  return at;
}

/** Writes a value, and takes groups of settings away that become empty. */
function write(target: Record<string, unknown>, [key, ...rest]: string[], value: unknown): void {
  if (key === undefined) return;
  if (!rest.length) {
    if (value === undefined) delete target[key];
    else target[key] = value;
    return;
  }
  const inner = isPlain(target[key]) ? (target[key] as Record<string, unknown>) : {};
  if (target[key] !== inner) target[key] = inner;
  write(target[key] as Record<string, unknown>, rest, value);
  if (!Object.keys(target[key] as object).length) delete target[key];
}
