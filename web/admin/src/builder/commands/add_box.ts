import { newCondition } from "../condition/suited.ts";
import { type Condition, defaultLink, findBox, linksOf, type Point } from "../model/document.ts";
import { BOX_WIDTH, freePlace, GAP, placeOf, sizeOf } from "../model/geometry.ts";
import { newBoxId } from "../model/ids.ts";
import { insertLink } from "./add_link.ts";
import { boxName, type Command } from "./command.ts";

export interface AddBox {
  type: string;
  /** Where; without it beside `from`, else where there is room. */
  at?: Point;
  /** The box that leads to the new one. */
  from?: string;
  /** The condition of that link. Without one it is the default, as long as there is none yet. */
  when?: Condition;
}

export const addBox: Command<AddBox> = (draft, { type, at, from, when }, scene) => {
  const { before, catalogue } = scene;
  const id = newBoxId(before, type);
  const box = { id, type, ...catalogue.newSettings(type) };
  const size = sizeOf(catalogue.look(box, []));
  const origin = from === undefined ? undefined : findBox(before, from);
  const last = before.boxes.at(-1);
  const beside = (it: string): Point => ({ x: placeOf(before, it).x + BOX_WIDTH + GAP.x, y: placeOf(before, it).y });
  const wanted = at ?? (origin ? beside(origin.id) : last ? beside(last.id) : { x: 0, y: 0 });
  draft.boxes.push(box);
  draft.layout ??= {};
  draft.layout[id] = at ? wanted : freePlace(before, wanted, size, catalogue.lookOf);
  if (!before.boxes.some((it) => it.id === before.start)) draft.start = id;
  const select = { boxes: [id], notes: [] };
  const title = catalogue.find(type)?.title ?? type;
  if (!origin) return { label: { key: "add_box", values: { title } }, box: id, select };
  const free = !defaultLink(before, origin.id);
  const condition = when ?? (free ? undefined : newCondition(origin, linksOf(before, origin.id), catalogue));
  insertLink(draft, { from: origin.id, to: id, ...(condition ? { when: condition } : {}) });
  return { label: { key: "add_linked_box", values: { title, from: boxName(scene, origin.id) } }, box: id, select };
};
