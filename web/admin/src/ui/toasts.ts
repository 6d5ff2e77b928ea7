/** Short notes about what was done, with a way back. The last ones stay listed, so that nobody has to be quick. */
import { create } from "zustand";

export interface Toast {
  id: number;
  /** What was done, without anything personal: it stays on the screen for a while. */
  text: string;
  at: number;
  kind: "done" | "failed";
  /** Takes it back. */
  undo?: () => Promise<unknown>;
}

interface Toasts {
  /** What is on the screen now. */
  shown: Toast[];
  /** The last acts, newest first. */
  recent: Toast[];
}

const KEPT = 20;
let last = 0;

export const useToasts = create<Toasts>(() => ({ shown: [], recent: [] }));

export function toast(text: string, more: { undo?: () => Promise<unknown>; kind?: Toast["kind"] } = {}): void {
  last += 1;
  const made: Toast = { id: last, text, at: Date.now(), kind: more.kind ?? "done", undo: more.undo };
  useToasts.setState(({ shown, recent }) => ({ shown: [...shown.slice(-2), made], recent: [made, ...recent].slice(0, KEPT) }));
}

export function dismiss(id: number): void {
  useToasts.setState(({ shown }) => ({ shown: shown.filter((it) => it.id !== id) }));
}

/** Takes an act back; it cannot be taken back twice. */
export async function undo(it: Toast, words: { undone: string }): Promise<void> {
  const act = it.undo;
  if (!act) return;
  const without = (toasts: Toast[]) => toasts.map((other) => (other.id === it.id ? { ...other, undo: undefined } : other));
  useToasts.setState(({ shown, recent }) => ({ shown: shown.filter((other) => other.id !== it.id), recent: without(recent) }));
  await act();
  toast(words.undone);
}

/** Forgets all of it, when somebody signs out. */
export function clearToasts(): void {
  useToasts.setState({ shown: [], recent: [] });
}
