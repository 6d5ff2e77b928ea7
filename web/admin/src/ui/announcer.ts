/** Says something to screen readers without moving the focus. One polite region serves the whole app. */
import { create } from "zustand";

interface Announcer {
  text: string;
  /** Counts up, so that the same words are said again. */
  turn: number;
}

export const useAnnouncer = create<Announcer>(() => ({ text: "", turn: 0 }));

export function announce(text: string): void {
  useAnnouncer.setState(({ turn }) => ({ text, turn: turn + 1 }));
}
