/** Which box lies next to another one in a direction. */
import { type BotDocument, findBox, linksOf, linksTo } from "../model/document.ts";
import { placeOf } from "../model/geometry.ts";

export type Direction = "left" | "right" | "up" | "down";

/** Right follows the link of a row, left goes back to where one came from, up and down go to the nearest box there. */
export function neighbour(document: BotDocument, id: string, direction: Direction, row: number, cameFrom?: string): string | undefined {
  if (direction === "right") {
    const links = linksOf(document, id);
    const target = (links[row] ?? links[0])?.link.to;
    return target && findBox(document, target) ? target : undefined;
  }
  if (direction === "left") {
    const sources = linksTo(document, id).map((it) => it.link.from);
    return cameFrom && sources.includes(cameFrom) ? cameFrom : sources.find((it) => it !== id && findBox(document, it));
  }
  return nearest(document, id, direction === "down" ? 1 : -1);
}

/** The nearest box above or below: what lies in the same column first. */
function nearest(document: BotDocument, id: string, sign: 1 | -1): string | undefined {
  const from = placeOf(document, id);
  let best: { id: string; far: number } | undefined;
  for (const box of document.boxes) {
    const to = placeOf(document, box.id);
    const down = (to.y - from.y) * sign;
    if (box.id === id || down <= 0) continue;
    const far = down + Math.abs(to.x - from.x) * 2;
    if (!best || far < best.far) best = { id: box.id, far };
  }
  return best?.id;
}
