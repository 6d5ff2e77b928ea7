/** What the parts of the Bot Builder share. */
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { Catalogue } from "./catalogue/catalogue.ts";
import type { Editor, EditorState } from "./editor/editor.ts";
import type { Saver, SaverState } from "./editor/saver.ts";
import type { View, ViewState } from "./editor/view.ts";
import type { Resources } from "./resources.ts";

export interface Builder {
  editor: Editor;
  /** Null where nothing is saved: old versions. */
  saver: Saver | null;
  view: View;
  catalogue: Catalogue;
  resources: Resources;
  /** Moves the canvas, or the outline, to a box and focuses it. */
  goTo: (id: string, options?: GoToOptions) => void;
}

export interface GoToOptions {
  /** Only shows the box: the focus stays where it is. */
  keepFocus?: boolean;
}

export const BuilderContext = createContext<Builder | null>(null);

export function useBuilder(): Builder {
  const builder = useContext(BuilderContext);
  if (!builder) throw new Error("this belongs inside the Bot Builder");
  return builder;
}

export function useEditor<T>(select: (state: EditorState) => T): T {
  return useStore(useBuilder().editor.store, select);
}

export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(useBuilder().view, select);
}

const NEVER_SAVED: SaverState = { status: { kind: "saved", at: null }, revision: 0, bot: null, merged: null };
const nothing = { getState: () => NEVER_SAVED, getInitialState: () => NEVER_SAVED, subscribe: () => () => {} };

export function useSaver<T>(select: (state: SaverState) => T): T {
  return useStore(useBuilder().saver?.store ?? nothing, select);
}
