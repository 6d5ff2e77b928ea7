/** What a command is. Whatever changes a bot does so by one of these: mouse, keyboard, paste, fixes, the outline. */
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { BotDocument } from "../model/document.ts";

/** A text of the catalogue, by key, with what it names. */
export interface Label {
  key: string;
  values?: Record<string, string | number | undefined>;
}

/** What a command did. */
export interface Done {
  /** For the list of undo steps and for screen readers, as a result: "Linked A to B". */
  label: Label;
  /** The box that work goes on with. */
  box?: string;
  /** All boxes and notes that are selected afterwards. */
  select?: { boxes: string[]; notes: string[] };
}

/** What a command may look at beside the draft that it changes. */
export interface Scene {
  /** The document before; unlike the draft it can be indexed. */
  before: BotDocument;
  catalogue: Catalogue;
}

/** Changes the draft, or returns null and leaves it alone when there is nothing to do. */
export type Command<A> = (draft: BotDocument, args: A, scene: Scene) => Done | null;

/** The name of a box for labels. */
export function boxName(scene: Scene, id: string): string {
  const box = scene.before.boxes.find((it) => it.id === id);
  return box ? scene.catalogue.titleOf(box) : id;
}
