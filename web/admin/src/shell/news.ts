/** How much waits for whoever is signed in: the number before the window's title. */
import { create } from "zustand";

export const useNewsCount = create<{ count: number }>(() => ({ count: 0 }));

export const titled = (title: string, count: number): string => (count > 0 ? `(${count}) ${title}` : title);
