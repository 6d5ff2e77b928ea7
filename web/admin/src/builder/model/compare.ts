/** What differs between two documents, box by box. */
import { type BotDocument, type Box, type Link, linksOf } from "./document.ts";
import { same } from "./text.ts";

export type Change = "added" | "changed" | "removed";

/** Boxes that differ in their settings or their links. Where they lie makes no difference. */
export function changedBoxes(before: BotDocument, after: BotDocument): Map<string, Change> {
  const old = new Map(before.boxes.map((it) => [it.id, it]));
  const changes = new Map<string, Change>();
  for (const box of after.boxes) {
    const was = old.get(box.id);
    if (!was) changes.set(box.id, "added");
    else if (!same(was, box) || !same(linkList(before, box.id), linkList(after, box.id))) changes.set(box.id, "changed");
    old.delete(box.id);
  }
  for (const id of old.keys()) changes.set(id, "removed");
  return changes;
}

/** Whether two documents would run the same, where boxes lie and what notes say aside. */
export function changeCount(before: BotDocument, after: BotDocument): number {
  const { boxes: _, links: __, layout: ___, notes: ____, ...old } = before;
  const { boxes: _b, links: __b, layout: ___b, notes: ____b, ...now } = after;
  const keys = new Set([...Object.keys(old), ...Object.keys(now)]) as Set<keyof typeof old>;
  return changedBoxes(before, after).size + [...keys].filter((it) => !same(old[it], now[it])).length;
}

/** The links of a box in the order in which they are tried. */
export function linkList(document: BotDocument, id: string): Link[] {
  return linksOf(document, id).map((it) => it.link);
}

/** The settings of a box that differ. */
export function changedSettings(before: Box | undefined, after: Box | undefined): string[] {
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...keys].filter((it) => !same(before?.[it], after?.[it]));
}
