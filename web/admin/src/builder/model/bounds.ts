import type { Catalogue } from "../catalogue/catalogue.ts";
import { type BotDocument, linksOf } from "./document.ts";
import { noteSize, placeOf, sizeOf } from "./geometry.ts";

export interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The rectangle around these boxes; around everything without a choice. Null where there is nothing. */
export function boundsOf(document: BotDocument, catalogue: Catalogue, only?: readonly string[]): Bounds | null {
  const boxes = document.boxes
    .filter((it) => !only || only.includes(it.id))
    .map((it) => ({ ...placeOf(document, it.id), ...sizeOf(catalogue.look(it, linksOf(document, it.id))) }));
  const notes = only ? [] : (document.notes ?? []).map((it) => ({ x: it.x, y: it.y, ...noteSize(it) }));
  const all = [...boxes, ...notes];
  if (!all.length) return null;
  const x = Math.min(...all.map((it) => it.x));
  const y = Math.min(...all.map((it) => it.y));
  return { x, y, width: Math.max(...all.map((it) => it.x + it.width)) - x, height: Math.max(...all.map((it) => it.y + it.height)) - y };
}
