import { boxName, type Command } from "./command.ts";

export interface RemoveLink {
  link: number;
}

export const removeLink: Command<RemoveLink> = (draft, { link }, scene) => {
  const old = scene.before.links[link];
  if (!old) return null;
  draft.links.splice(link, 1);
  return { label: { key: "remove_link", values: { from: boxName(scene, old.from), to: boxName(scene, old.to) } }, box: old.from };
};
