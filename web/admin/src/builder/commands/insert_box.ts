import { freePlace, GRID, placeOf, sizeOf } from "../model/geometry.ts";
import { newBoxId } from "../model/ids.ts";
import { boxName, type Command } from "./command.ts";

export interface InsertBox {
  /** The link that the new box is put into, by its place in the document. */
  link: number;
  type: string;
}

export const insertBox: Command<InsertBox> = (draft, { link, type }, scene) => {
  const { before, catalogue } = scene;
  const split = draft.links[link];
  const old = before.links[link];
  if (!split || !old) return null;
  const id = newBoxId(before, type);
  const box = { id, type, ...catalogue.newSettings(type) };
  const [a, b] = [placeOf(before, old.from), placeOf(before, old.to)];
  const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 + GRID };
  draft.boxes.push(box);
  draft.layout ??= {};
  draft.layout[id] = freePlace(before, middle, sizeOf(catalogue.look(box, [])), catalogue.lookOf);
  split.to = id;
  draft.links.push({ from: id, to: old.to });
  const values = { title: catalogue.find(type)?.title ?? type, from: boxName(scene, old.from), to: boxName(scene, old.to) };
  return { label: { key: "insert_box", values }, box: id, select: { boxes: [id], notes: [] } };
};
