/** The two dialogs that open from anywhere: the palette and the list of shortcuts. */
import { create } from "zustand";

export type Overlay = "palette" | "shortcuts";

interface Overlays {
  shown: Overlay | null;
  show: (overlay: Overlay) => void;
  close: () => void;
}

export const useOverlays = create<Overlays>((set) => ({
  shown: null,
  show: (shown) => set({ shown }),
  close: () => set({ shown: null }),
}));
