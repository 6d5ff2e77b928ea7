import { outlineOf } from "../model/order.ts";
import { same } from "../model/text.ts";
import { tidyPlaces } from "../model/tidy.ts";
import type { Command } from "./command.ts";

export interface Tidy {
  /** The boxes to lay out; all without them. */
  boxes?: string[];
}

export const tidy: Command<Tidy> = (draft, { boxes }, { before, catalogue }) => {
  const ids = boxes?.length ? boxes : before.boxes.map((it) => it.id);
  const places = tidyPlaces(
    before,
    ids,
    outlineOf(before, (id) => catalogue.namedBoxes(before, id)),
    catalogue.lookOf,
  );
  const layout = { ...before.layout, ...places };
  if (same(layout, before.layout ?? {})) return null;
  draft.layout = layout;
  return { label: { key: "tidy", values: { count: Object.keys(places).length } } };
};
