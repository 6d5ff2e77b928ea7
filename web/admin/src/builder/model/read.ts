/** Takes a document apart that may be damaged. What the builder cannot show is set aside and named, never dropped in silence. */
import type { BotDocument, Box, Link, Note, Point } from "./document.ts";
import { isPlain } from "./text.ts";

/** Why a part cannot be shown. */
export type Fault = "not_an_object" | "no_id" | "no_type" | "duplicate_id" | "no_ends" | "no_list";

/** A part of a document that is no box, no link, no note. */
export interface SetAside {
  pointer: string;
  why: Fault;
  part: unknown;
}

export interface ReadDocument {
  document: BotDocument;
  setAside: SetAside[];
}

export function readDocument(source: unknown): ReadDocument {
  const setAside: SetAside[] = [];
  const from = isPlain(source) ? source : {};
  if (!isPlain(source)) setAside.push({ pointer: "", why: "not_an_object", part: source });
  const take = <T>(key: string, fault: (part: unknown) => Fault | undefined): T[] => {
    const value = from[key] ?? [];
    const list = Array.isArray(value) ? value : key === "notes" && isPlain(value) ? Object.values(value) : undefined;
    if (!list) setAside.push({ pointer: `/${key}`, why: "no_list", part: value });
    return (list ?? []).filter((part, place): part is T => {
      const why = fault(part);
      if (why) setAside.push({ pointer: `/${key}/${place}`, why, part });
      return !why;
    });
  };
  const boxIds = new Set<string>();
  const noteIds = new Set<string>();
  const boxes = take<Box>("boxes", (it) => faultOfPart(it, boxIds) ?? (isText((it as Box).type) ? undefined : "no_type"));
  const links = take<Link>("links", (it) => (isPlain(it) && isText(it.from) && isText(it.to) ? undefined : "no_ends"));
  const notes = take<Note>("notes", (it) => faultOfPart(it, noteIds));
  const document: Record<string, unknown> = { ...from, boxes, links };
  if (notes.length) document.notes = notes.map(placed);
  if (from.layout !== undefined) document.layout = layoutOf(from.layout);
  for (const key of ["format", "function_id", "name", "type", "language", "start"]) {
    if (!isText(document[key])) document[key] = "";
  }
  return { document: document as unknown as BotDocument, setAside };
}

function faultOfPart(part: unknown, ids: Set<string>): Fault | undefined {
  if (!isPlain(part)) return "not_an_object";
  if (!isText(part.id) || !part.id) return "no_id";
  if (ids.has(part.id)) return "duplicate_id";
  ids.add(part.id);
  return undefined;
}

function placed(note: Note): Note {
  return { ...note, text: String(note.text ?? ""), x: number(note.x), y: number(note.y) };
}

function layoutOf(value: unknown): Record<string, Point> {
  if (!isPlain(value)) return {};
  const points = Object.entries(value).map(([id, it]) => [id, isPlain(it) ? { ...it, x: number(it.x), y: number(it.y) } : { x: 0, y: 0 }]);
  return Object.fromEntries(points) as Record<string, Point>;
}

function number(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
