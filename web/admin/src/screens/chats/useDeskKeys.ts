/** The keys of CHATS: from column to column, from chat to chat, to the reply and to the note. */
import { type RefObject, useEffect } from "react";
import { usePreferences } from "../../shell/preferences.ts";
import { isTyping } from "../../shell/typing.ts";

/** What takes the focus when a column is come to, best first. */
const FIRST = ["[data-focus-first]", "[data-open='true']", "[data-chat]", "textarea", "[role='log']"];

const isVisible = (it: HTMLElement): boolean => it.offsetParent !== null;

function columnsOf(desk: HTMLElement): HTMLElement[] {
  return [...desk.querySelectorAll<HTMLElement>("[data-column]")].filter(isVisible);
}

function enter(column: HTMLElement): void {
  for (const selector of FIRST) {
    const found = [...column.querySelectorAll<HTMLElement>(selector)].find(isVisible);
    if (!found) continue;
    found.focus();
    return;
  }
  column.focus();
}

/** Moves to the column after the one that has the focus, or before it. */
export function moveColumn(desk: HTMLElement, by: 1 | -1): void {
  const columns = columnsOf(desk);
  const now = columns.findIndex((it) => it.contains(document.activeElement));
  const next = columns[(now + by + columns.length) % columns.length];
  if (next) enter(next);
}

/** Opens the chat after the one that is open, or before it; the first if none is. */
function openNext(desk: HTMLElement, by: 1 | -1): void {
  const all = [...desk.querySelectorAll<HTMLElement>("[data-chat]")];
  const now = all.findIndex((it) => it.dataset.open === "true");
  const next = now < 0 ? all[0] : all[now + by];
  next?.focus();
  next?.click();
}

/** Listens for as long as the screen is shown, wherever the focus is on it. Single letters can be switched off in the preferences. */
export function useDeskKeys(desk: RefObject<HTMLElement | null>): void {
  const letters = usePreferences((it) => it.shortcuts);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const here = desk.current;
      // A dialog has keys of its own.
      if (!here || event.defaultPrevented || document.querySelector('[role="dialog"]')) return;
      if (event.key === "F6") {
        event.preventDefault();
        moveColumn(here, event.shiftKey ? -1 : 1);
        return;
      }
      if (!letters || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const act = {
        j: () => openNext(here, 1),
        k: () => openNext(here, -1),
        r: () => here.querySelector<HTMLElement>("[data-mode='reply']")?.click(),
        n: () => here.querySelector<HTMLElement>("[data-mode='note']")?.click(),
      }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [desk, letters]);
}
