import { linksOf } from "../model/document.ts";
import { boxName, type Command } from "./command.ts";

export interface MoveLink {
  link: number;
  /** Its new place among the links of its box that have a condition. */
  to: number;
}

/** Changes the order in which the links of a box are tried. The default is tried last wherever it stands, so it does not move. */
export const moveLink: Command<MoveLink> = (draft, { link, to }, scene) => {
  const moved = scene.before.links[link];
  if (!moved?.when) return null;
  const places = linksOf(scene.before, moved.from).filter((it) => it.link.when);
  const from = places.findIndex((it) => it.index === link);
  const target = Math.max(0, Math.min(to, places.length - 1));
  if (from < 0 || target === from) return null;
  const order = places.map((it) => it.link);
  order.splice(target, 0, ...order.splice(from, 1));
  places.forEach(({ index }, place) => {
    const it = order[place];
    if (it) draft.links[index] = it;
  });
  return {
    label: { key: "move_link", values: { from: boxName(scene, moved.from), to: boxName(scene, moved.to), place: target + 1 } },
    box: moved.from,
  };
};
