/** The order in which a person reads a bot: from the start along the links, then what no way leads to. */
import { type BotDocument, linksOf } from "./document.ts";

export interface Outline {
  /** Ids of all boxes that a way leads to, in reading order. */
  reachable: string[];
  /** The others, in the document's order. */
  unreachable: string[];
  /** How deep a box lies: the links from the start to it on the way on which it was first met. */
  depth: Map<string, number>;
}

const known = new WeakMap<BotDocument, Outline>();

/** `alsoLeadsTo` names boxes that settings of a box lead to, such as the target of a jump. */
export function outlineOf(document: BotDocument, alsoLeadsTo: (id: string) => string[] = () => []): Outline {
  const before = known.get(document);
  if (before) return before;
  const boxes = new Set(document.boxes.map((it) => it.id));
  const depth = new Map<string, number>();
  const reachable: string[] = [];
  // A list instead of recursion: a bot may be ten thousand boxes deep.
  const open: { id: string; deep: number }[] = boxes.has(document.start) ? [{ id: document.start, deep: 0 }] : [];
  for (let next = open.pop(); next; next = open.pop()) {
    const { id, deep } = next;
    if (depth.has(id)) continue;
    depth.set(id, deep);
    reachable.push(id);
    const targets = [...linksOf(document, id).map((it) => it.link.to), ...alsoLeadsTo(id)];
    for (const to of targets.reverse()) if (boxes.has(to) && !depth.has(to)) open.push({ id: to, deep: deep + 1 });
  }
  const made = { reachable, unreachable: document.boxes.map((it) => it.id).filter((it) => !depth.has(it)), depth };
  known.set(document, made);
  return made;
}

/** All ids in reading order. */
export function readingOrder(outline: Outline): string[] {
  return [...outline.reachable, ...outline.unreachable];
}
