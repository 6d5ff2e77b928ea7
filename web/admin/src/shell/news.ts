/** How much waits for whoever is signed in: the number before the window's title. */
import { create } from "zustand";

export const useNewsCount = create<{ count: number }>(() => ({ count: 0 }));

export const titled = (title: string, count: number): string => (count > 0 ? `(${count}) ${title}` : title);

/** The icon of the app, with a dot where something waits. Its colours hold on light and on dark tabs. */
const DOT = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b6e79"/><path d="M9 8h14a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3h-6l-5 4.5V22H9a3 3 0 0 1-3-3v-8a3 3 0 0 1 3-3z" fill="#fff"/><path d="M16 11v8M12 15h8" stroke="#0b6e79" stroke-width="2.4" stroke-linecap="round"/><circle cx="25" cy="7" r="7" fill="#fff"/><circle cx="25" cy="7" r="5.5" fill="#d92d20"/></svg>',
)}`;
const PLAIN = "/app/icon.svg";

/** Shows in the tab whether something waits, for those who see its icon only. */
export function markTab(hasNews: boolean): void {
  document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.setAttribute("href", hasNews ? DOT : PLAIN);
}
