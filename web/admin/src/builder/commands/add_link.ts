import { newCondition } from "../condition/suited.ts";
import { type BotDocument, type Condition, defaultLink, findBox, type Link, linksOf } from "../model/document.ts";
import { boxName, type Command } from "./command.ts";

export interface AddLink {
  from: string;
  to: string;
  /** Without one the link is the default, as long as there is none yet. */
  when?: Condition;
}

export const addLink: Command<AddLink> = (draft, { from, to, when }, scene) => {
  const origin = findBox(scene.before, from);
  if (!origin || !findBox(scene.before, to)) return null;
  const links = linksOf(scene.before, from);
  const condition = when ?? (defaultLink(scene.before, from) ? newCondition(origin, links, scene.catalogue) : undefined);
  insertLink(draft, { from, to, ...(condition ? { when: condition } : {}) });
  return { label: { key: "add_link", values: { from: boxName(scene, from), to: boxName(scene, to) } }, box: from };
};

/** Puts a link behind the others of its box; one with a condition before the default. */
export function insertLink(draft: BotDocument, link: Link): void {
  const own = draft.links.flatMap((it, place) => (it.from === link.from ? [{ it, place }] : []));
  const last = own.at(-1);
  if (!last) draft.links.push(link);
  else if (link.when && !last.it.when) draft.links.splice(last.place, 0, link);
  else draft.links.splice(last.place + 1, 0, link);
}
