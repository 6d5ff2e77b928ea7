import type { Point } from "../model/document.ts";
import { placeOf, snap } from "../model/geometry.ts";
import { boxName, type Command } from "./command.ts";

export interface Move {
  boxes: Record<string, Point>;
  notes: Record<string, Point>;
}

export const move: Command<Move> = (draft, { boxes, notes }, scene) => {
  const { before } = scene;
  const here = new Set(before.boxes.map((it) => it.id));
  const moved = Object.entries(boxes)
    .map(([id, point]) => [id, snap(point)] as const)
    .filter(([id, it]) => here.has(id) && (placeOf(before, id).x !== it.x || placeOf(before, id).y !== it.y));
  for (const [id, point] of moved) {
    draft.layout ??= {};
    draft.layout[id] = point;
  }
  let count = moved.length;
  for (const note of draft.notes ?? []) {
    const point = notes[note.id];
    const to = point && snap(point);
    if (!to || (note.x === to.x && note.y === to.y)) continue;
    note.x = to.x;
    note.y = to.y;
    count += 1;
  }
  if (!count) return null;
  const [only] = moved;
  const label =
    count === 1 && only
      ? { key: "move_box", values: { title: boxName(scene, only[0]), ...only[1] } }
      : { key: "move_many", values: { count } };
  return { label };
};
