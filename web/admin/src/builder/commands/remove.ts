import { linksOf } from "../model/document.ts";
import { outlineOf, readingOrder } from "../model/order.ts";
import { boxName, type Command } from "./command.ts";

export interface Remove {
  boxes: string[];
  notes: string[];
}

export const remove: Command<Remove> = (draft, { boxes, notes }, scene) => {
  const { before, catalogue } = scene;
  const gone = new Set(boxes.filter((id) => before.boxes.some((it) => it.id === id)));
  const goneNotes = new Set(notes.filter((id) => before.notes?.some((it) => it.id === id)));
  if (!gone.size && !goneNotes.size) return null;
  const order = readingOrder(outlineOf(before, (id) => catalogue.namedBoxes(before, id)));
  draft.boxes = draft.boxes.filter((it) => !gone.has(it.id));
  draft.links = draft.links.filter((it) => !gone.has(it.from) && !gone.has(it.to));
  for (const id of gone) delete draft.layout?.[id];
  if (goneNotes.size) draft.notes = draft.notes?.filter((it) => !goneNotes.has(it.id)) ?? [];
  if (gone.has(before.start)) {
    const heirs = [...linksOf(before, before.start).map((it) => it.link.to), ...order];
    draft.start = heirs.find((id) => !gone.has(id) && before.boxes.some((it) => it.id === id)) ?? "";
  }
  const next = neighbour(order, gone);
  const [only] = gone;
  const label =
    gone.size === 1 && !goneNotes.size && only
      ? { key: "remove_box", values: { title: boxName(scene, only) } }
      : { key: "remove_many", values: { count: gone.size + goneNotes.size } };
  return { label, ...(next ? { box: next } : {}), select: { boxes: next && gone.size ? [next] : [], notes: [] } };
};

/** The box that takes the focus of those that go: the next one that stays, else the one before. */
function neighbour(order: string[], gone: ReadonlySet<string>): string | undefined {
  const last = order.findLastIndex((it) => gone.has(it));
  return order.slice(last + 1).find((it) => !gone.has(it)) ?? order.slice(0, Math.max(last, 0)).findLast((it) => !gone.has(it));
}
