import { type Condition, findBox } from "../model/document.ts";
import { same } from "../model/text.ts";
import { boxName, type Command } from "./command.ts";

export interface SetLink {
  link: number;
  to?: string;
  /** Null makes it the default. */
  when?: Condition | null;
}

export const setLink: Command<SetLink> = (draft, { link, to, when }, scene) => {
  const it = draft.links[link];
  const old = scene.before.links[link];
  if (!it || !old) return null;
  const turns = to !== undefined && to !== old.to && findBox(scene.before, to) !== undefined;
  const differs = when !== undefined && !same(when ?? undefined, old.when);
  if (!turns && !differs) return null;
  if (turns && to !== undefined) it.to = to;
  if (differs && when === null) delete it.when;
  else if (differs && when) it.when = when;
  const values = { from: boxName(scene, old.from), to: boxName(scene, it.to) };
  return { label: { key: turns ? "turn_link" : "set_condition", values }, box: old.from };
};
