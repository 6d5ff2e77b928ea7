/** What of the Bot Builder is shown at the moment. Nothing here is part of the bot. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Clip } from "../model/clipboard.ts";
import type { Condition, Point } from "../model/document.ts";

export type Mode = "canvas" | "outline";
export type Side = "add" | "find" | "problems" | "bot";
export type Dialog =
  | { kind: "publish" }
  | { kind: "versions" }
  | { kind: "keys" }
  /** Choose what a link leads to; without `from` a box stands alone. */
  | { kind: "link"; from: string; link?: number }
  | { kind: "add"; from?: string; at?: Point; link?: number; when?: Condition }
  | { kind: "paste"; clip: Clip; at: Point };

export interface ViewState {
  mode: Mode;
  side: Side | null;
  /** Whether the box panel is open. */
  panel: boolean;
  /** The place in the panel that the focus goes to when it opens or changes: a setting's path, or `link:N`. */
  target: { path: string; number: number } | null;
  /** The row of links of the active box that keys act on. */
  row: number;
  test: boolean;
  /** The box that the test chat is to begin anew at. */
  testFrom: string | null;
  dialog: Dialog | null;
  /** The box that the canvas or the outline is to show next, and to focus. */
  goal: { id: string; number: number; keepFocus: boolean } | null;
  /** The steps of the test chat: boxes on the way, in their order, and the step that is looked at. */
  path: { boxes: string[]; links: number[]; marked: string | null } | null;
}

export type View = StoreApi<ViewState>;

export function newView(mode: Mode): View {
  return createStore<ViewState>(() => ({
    mode,
    side: null,
    panel: false,
    target: null,
    row: 0,
    test: false,
    testFrom: null,
    dialog: null,
    goal: null,
    path: null,
  }));
}

let targets = 0;

/** Shows a box, and puts the focus on it unless it is to stay where it is. */
export function goToBox(view: View, id: string, keepFocus = false): void {
  targets += 1;
  view.setState({ goal: { id, number: targets, keepFocus } });
}

/** Opens the panel, and puts the focus on a place in it. */
export function openPanel(view: View, path?: string): void {
  targets += 1;
  view.setState({ panel: true, target: path === undefined ? null : { path, number: targets } });
}
