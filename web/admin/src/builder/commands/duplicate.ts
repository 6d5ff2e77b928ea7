import { copy } from "../model/clipboard.ts";
import { GAP, GRID } from "../model/geometry.ts";
import type { Command } from "./command.ts";
import { paste } from "./paste.ts";

export interface Duplicate {
  boxes: string[];
  notes: string[];
}

export const duplicate: Command<Duplicate> = (draft, { boxes, notes }, scene) => {
  const clip = copy(scene.before, boxes, notes, scene.catalogue);
  const points = [...Object.values(clip.layout), ...clip.notes];
  if (!points.length) return null;
  const at = { x: Math.min(...points.map((it) => it.x)) + GAP.y, y: Math.min(...points.map((it) => it.y)) + GAP.y + GRID };
  const done = paste(draft, { clip, at, choices: {} }, scene);
  return done && { ...done, label: { key: "duplicate", values: { count: points.length } } };
};
