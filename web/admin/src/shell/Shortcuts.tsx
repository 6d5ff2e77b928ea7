/** Listens for the keys that hold on every screen, and shows the dialogs that they open. */
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef } from "react";
import { useMay } from "../api/me.ts";
import { MENU } from "./menu.ts";
import { useOverlays } from "./overlays.ts";
import { usePreferences } from "./preferences.ts";
import { isTyping } from "./typing.ts";

const Palette = lazy(async () => ({ default: (await import("../palette/Palette.tsx")).Palette }));
const ShortcutsDialog = lazy(async () => ({ default: (await import("./ShortcutsDialog.tsx")).ShortcutsDialog }));

/** How long `g` waits for its second letter. */
const SECOND_MS = 1_500;

export function Shortcuts() {
  const { shown, show, close } = useOverlays();
  const navigate = useNavigate();
  const may = useMay();
  const letters = usePreferences((it) => it.shortcuts);
  const gone = useRef(0);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        show("palette");
        return;
      }
      if (!letters || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      // A dialog has keys of its own.
      if (document.querySelector('[role="dialog"]')) return;
      const now = Date.now();
      if (event.key === "?") {
        event.preventDefault();
        show("shortcuts");
      } else if (event.key === "g") gone.current = now;
      else if (now - gone.current < SECOND_MS) {
        gone.current = 0;
        const entry = MENU.find((it) => it.letter === event.key && it.needs.some(may));
        if (entry) {
          event.preventDefault();
          void navigate({ to: entry.to });
        }
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [letters, may, navigate, show]);
  return (
    <Suspense fallback={null}>
      {shown === "palette" ? <Palette onClose={close} /> : null}
      {shown === "shortcuts" ? <ShortcutsDialog onClose={close} /> : null}
    </Suspense>
  );
}
