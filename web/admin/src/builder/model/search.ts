/** Finds boxes by what stands in them. With hundreds of boxes most are not on the page, so the browser's own search misses them. */
import type { Catalogue } from "../catalogue/catalogue.ts";
import { type BotDocument, type Box, linksOf } from "./document.ts";
import { outlineOf, readingOrder } from "./order.ts";
import { texts, type Uses, usesOf } from "./references.ts";

export interface Hit {
  box: string;
  /** The text around what was found, or null when the name or the type was found. */
  excerpt: string | null;
}

/** `field:`, `flag:`, `goal:` and `type:` look for what uses that very thing; anything else is looked for in all texts. */
const PREFIX = /^(field|flag|goal|type):\s*(.+)$/i;

export function search(document: BotDocument, query: string, catalogue: Catalogue): Hit[] {
  const wanted = plain(query.trim());
  if (!wanted) return [];
  const order = readingOrder(outlineOf(document, (id) => catalogue.namedBoxes(document, id)));
  const boxes = new Map(document.boxes.map((it) => [it.id, it]));
  const special = PREFIX.exec(query.trim());
  const look = special
    ? byUse(document, catalogue, special[1]?.toLowerCase() ?? "", special[2]?.trim() ?? "")
    : byText(document, catalogue, wanted);
  return order.flatMap((id) => {
    const box = boxes.get(id);
    const hit = box && look(box);
    return hit ? [hit] : [];
  });
}

function byUse(document: BotDocument, catalogue: Catalogue, kind: string, name: string): (box: Box) => Hit | undefined {
  if (kind === "type") {
    const wanted = plain(name);
    return (box) =>
      box.type === name || plain(catalogue.find(box.type)?.title ?? "") === wanted ? { box: box.id, excerpt: null } : undefined;
  }
  const of = { field: "fields", flag: "flags", goal: "goals" }[kind] as keyof Uses;
  return (box) => {
    const links = linksOf(document, box.id).map((it) => it.link);
    return usesOf(box, links, catalogue)[of].has(name) ? { box: box.id, excerpt: name } : undefined;
  };
}

function byText(document: BotDocument, catalogue: Catalogue, wanted: string): (box: Box) => Hit | undefined {
  return (box) => {
    const names = [catalogue.titleOf(box), box.id, catalogue.find(box.type)?.title ?? box.type];
    if (names.some((it) => plain(it).includes(wanted))) return { box: box.id, excerpt: null };
    const { id: _, type: __, title: ___, ...settings } = box;
    const conditions = linksOf(document, box.id).map((it) => it.link.when);
    const text = [...texts(settings), ...texts(conditions)].find((it) => plain(it).includes(wanted));
    return text === undefined ? undefined : { box: box.id, excerpt: around(text, wanted) };
  };
}

/** Without accents and capitals. */
function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
}

const BEFORE = 24;
const LENGTH = 80;

function around(text: string, wanted: string): string {
  const at = plain(text).indexOf(wanted);
  const start = Math.max(0, at - BEFORE);
  const part = text.slice(start, start + LENGTH).replace(/\s+/g, " ");
  return `${start > 0 ? "…" : ""}${part}${start + LENGTH < text.length ? "…" : ""}`;
}
