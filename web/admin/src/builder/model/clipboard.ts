/** Boxes on the system's clipboard: JSON text, so that they go from tab to tab, from person to person, and into a file. */
import type { Catalogue } from "../catalogue/catalogue.ts";
import { type BotDocument, type Box, type FieldDefinition, type Link, linksOf, type Note, type Point } from "./document.ts";
import { placeOf } from "./geometry.ts";
import { newBoxId, newNoteId } from "./ids.ts";
import { BUILT_IN, renameInBox, renameInCondition, usesOf } from "./references.ts";
import { canonicalText, isPlain } from "./text.ts";

const HEADER = "smartbot/boxes/1";

/** What was copied. */
export interface Clip {
  clip: typeof HEADER;
  /** The bot that it comes from. */
  from: string;
  boxes: Box[];
  /** Links between the copied boxes only: those that led elsewhere are open ends. */
  links: Link[];
  layout: Record<string, Point>;
  notes: Note[];
  /** Definitions of the fields that the boxes use, as far as the bot declares them. */
  fields: FieldDefinition[];
}

export function copy(document: BotDocument, boxIds: readonly string[], noteIds: readonly string[], catalogue: Catalogue): Clip {
  const wanted = new Set(boxIds);
  const boxes = document.boxes.filter((it) => wanted.has(it.id));
  const links = document.links.filter((it) => wanted.has(it.from) && wanted.has(it.to));
  const used = new Set<string>();
  for (const box of boxes) {
    const own = linksOf(document, box.id).map((it) => it.link);
    for (const name of usesOf(box, own, catalogue).fields) used.add(name);
  }
  return {
    clip: HEADER,
    from: document.function_id,
    boxes,
    links,
    layout: Object.fromEntries(boxes.map((it) => [it.id, placeOf(document, it.id)])),
    notes: (document.notes ?? []).filter((it) => noteIds.includes(it.id)),
    fields: (document.fields ?? []).filter((it) => used.has(it.name)),
  };
}

export function clipText(clip: Clip): string {
  return canonicalText(clip, 2);
}

/** Reads what somebody pastes: a clip, or a whole exported bot. Null if it is neither. */
export function readClip(text: string): Clip | null {
  if (!text.trimStart().startsWith("{") || text.length > 20_000_000) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isPlain(value)) return null;
  const isBot = typeof value.format === "string" && value.format.startsWith("smartbot/");
  if (value.clip !== HEADER && !isBot) return null;
  const list = (it: unknown): Record<string, unknown>[] => (Array.isArray(it) ? it.filter(isPlain) : []);
  const boxes = list(value.boxes).filter((it) => typeof it.id === "string" && typeof it.type === "string") as unknown as Box[];
  const links = list(value.links).filter((it) => typeof it.from === "string" && typeof it.to === "string") as unknown as Link[];
  const notes = list(value.notes).filter((it) => typeof it.id === "string" && typeof it.text === "string") as unknown as Note[];
  const fields = list(value.fields).filter((it) => typeof it.name === "string") as unknown as FieldDefinition[];
  const layout = isPlain(value.layout) ? value.layout : {};
  const points = Object.entries(layout).flatMap(([id, it]) =>
    isPlain(it) && typeof it.x === "number" && typeof it.y === "number" ? [[id, { x: it.x, y: it.y }] as const] : [],
  );
  const from = String(value.from ?? value.function_id ?? "");
  return { clip: HEADER, from, boxes, links, notes, fields, layout: Object.fromEntries(points) };
}

/** What to do with a field of the pasted boxes that the bot does not know: declare it, use another one, or leave it as it is. */
export type FieldChoice = { create: FieldDefinition } | { use: string } | "leave";

/** Fields that the pasted boxes use and the bot does not know, with how the other bot declared them. */
export function unknownFields(document: BotDocument, clip: Clip, catalogue: Catalogue, known: ReadonlySet<string>): FieldDefinition[] {
  const here = new Set([...(document.fields ?? []).map((it) => it.name), ...BUILT_IN.map(([name]) => name), ...known]);
  const used = new Set<string>();
  for (const box of clip.boxes) {
    const own = clip.links.filter((it) => it.from === box.id);
    for (const name of usesOf(box, own, catalogue).fields) used.add(name);
  }
  // What other boxes of the bot use without declaring it is no news.
  return clip.fields.filter((it) => used.has(it.name) && !here.has(it.name));
}

export interface Pasted {
  boxes: Box[];
  links: Link[];
  notes: Note[];
  layout: Record<string, Point>;
  fields: FieldDefinition[];
}

/** The clip as parts of this document: with new ids, at this place. */
export function pasteInto(
  document: BotDocument,
  clip: Clip,
  at: Point,
  choices: Record<string, FieldChoice>,
  catalogue: Catalogue,
): Pasted {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const box of clip.boxes) {
    const id = newBoxId(document, box.type, taken);
    taken.add(id);
    ids.set(box.id, id);
  }
  const renamed = Object.entries(choices).flatMap(([name, it]) => (it !== "leave" && "use" in it ? [[name, it.use] as const] : []));
  const fields = new Map(renamed);
  const noteIds = new Set<string>();
  const corner = cornerOf(clip);
  const moved = (it: Point): Point => ({ x: at.x + it.x - corner.x, y: at.y + it.y - corner.y });
  const notes = clip.notes.map((note) => {
    const id = newNoteId(document, noteIds);
    noteIds.add(id);
    return { ...note, id, ...moved(note) };
  });
  const id = (of: string): string => ids.get(of) ?? of;
  return {
    boxes: clip.boxes.map((box) => ({ ...renameInBox(box, { boxes: ids, fields }, catalogue), id: id(box.id) })),
    links: clip.links
      .filter((it) => ids.has(it.from) && ids.has(it.to))
      .map((it) => ({ ...it, from: id(it.from), to: id(it.to), ...(it.when ? { when: renameInCondition(it.when, fields) } : {}) })),
    notes,
    layout: Object.fromEntries(clip.boxes.map((it) => [id(it.id), moved(clip.layout[it.id] ?? corner)])),
    fields: Object.values(choices).flatMap((it) => (it !== "leave" && "create" in it ? [it.create] : [])),
  };
}

function cornerOf(clip: Clip): Point {
  const points = [...clip.boxes.map((it) => clip.layout[it.id] ?? { x: 0, y: 0 }), ...clip.notes];
  return { x: Math.min(...points.map((it) => it.x)), y: Math.min(...points.map((it) => it.y)) };
}
