/** How large boxes are drawn. The sizes follow from the document alone, so that nothing has to be measured before it is laid out. */
import { type BotDocument, type Box, linksOf, type Note, type PlacedLink, type Point } from "./document.ts";

export const GRID = 8;
export const BOX_WIDTH = 264;
const HEADER = 40;
const TEXT_LINE = 18;
const TEXT_SPACE = 12;
export const ROW = 28;
const FOOT = 6;
const BADGES = 26;
/** More links than these share the last row. */
export const MAX_ROWS = 12;
export const NOTE_SIZE = { width: 200, height: 120 };
/** The free space that is kept between boxes. */
export const GAP = { x: 96, y: 40 };

export interface Size {
  width: number;
  height: number;
}

/** What of a box needs room: it decides the box's height. */
export interface Look {
  /** Lines of its text, at most two. */
  lines: number;
  badges: boolean;
  /** Rows of links, the open end for the default included. */
  rows: number;
}

export function sizeOf(look: Look): Size {
  const height = HEADER + textHeight(look) + (look.badges ? BADGES : 0) + Math.min(look.rows, MAX_ROWS) * ROW + FOOT;
  return { width: BOX_WIDTH, height };
}

/** The middle of a row of links, measured from the top of the box. */
export function rowMiddle(look: Look, row: number): number {
  return HEADER + textHeight(look) + (look.badges ? BADGES : 0) + (Math.min(row, MAX_ROWS - 1) + 0.5) * ROW;
}

/** Where links arrive: the middle of the header. */
export const ARRIVAL = HEADER / 2;

function textHeight(look: Look): number {
  return look.lines ? look.lines * TEXT_LINE + TEXT_SPACE : 0;
}

/** What tells how a box looks; the catalogue knows it. */
export type LookOf = (box: Box, links: PlacedLink[]) => Look;

export function snap(point: Point): Point {
  return { x: Math.round(point.x / GRID) * GRID, y: Math.round(point.y / GRID) * GRID };
}

export function placeOf(document: BotDocument, id: string): Point {
  return document.layout?.[id] ?? { x: 0, y: 0 };
}

export function noteSize(note: Note): Size {
  return { width: note.width ?? NOTE_SIZE.width, height: note.height ?? NOTE_SIZE.height };
}

/** The nearest place at or below `wanted` where a box of this size covers no other box. */
export function freePlace(document: BotDocument, wanted: Point, size: Size, lookOf: LookOf): Point {
  const taken = document.boxes.map((box) => ({
    ...placeOf(document, box.id),
    ...sizeOf(lookOf(box, linksOf(document, box.id))),
  }));
  const place = snap(wanted);
  const margin = GAP.y / 2;
  for (;;) {
    const hit = taken.find(
      (it) =>
        place.x < it.x + it.width + margin &&
        it.x < place.x + size.width + margin &&
        place.y < it.y + it.height + margin &&
        it.y < place.y + size.height + margin,
    );
    if (!hit) return place;
    place.y = snap({ x: 0, y: hit.y + hit.height + margin + GRID }).y;
  }
}
