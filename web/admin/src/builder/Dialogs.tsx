/** The dialog that is open. */
import { useEffect, useRef } from "react";
import { useBuilder, useView } from "./context.ts";
import { goToBox } from "./editor/view.ts";
import { KeysDialog } from "./KeysDialog.tsx";
import { PasteDialog } from "./PasteDialog.tsx";
import { AddDialog } from "./palette/AddDialog.tsx";
import { LinkDialog } from "./palette/LinkDialog.tsx";
import { PublishDialog } from "./publish/PublishDialog.tsx";
import { VersionsDialog } from "./publish/VersionsDialog.tsx";

export function Dialogs({ frame }: { frame: React.RefObject<HTMLElement | null> }) {
  const dialog = useView((it) => it.dialog);
  useFocusReturn(frame, dialog !== null);
  switch (dialog?.kind) {
    case "add":
      return <AddDialog dialog={dialog} />;
    case "link":
      return <LinkDialog dialog={dialog} />;
    case "paste":
      return <PasteDialog dialog={dialog} />;
    case "publish":
      return <PublishDialog />;
    case "versions":
      return <VersionsDialog />;
    case "keys":
      return <KeysDialog />;
    default:
      return null;
  }
}

/** Puts the focus back to where it was before a dialog, unless what the dialog did has put it somewhere else. */
function useFocusReturn(frame: React.RefObject<HTMLElement | null>, open: boolean): void {
  const { editor, view } = useBuilder();
  const last = useRef<Element | null>(null);
  useEffect(() => {
    const element = frame.current;
    const remember = (event: FocusEvent): void => {
      last.current = event.target as Element;
    };
    element?.addEventListener("focusin", remember);
    return () => element?.removeEventListener("focusin", remember);
  }, [frame]);
  const wasOpen = useRef(open);
  useEffect(() => {
    const closed = wasOpen.current && !open;
    wasOpen.current = open;
    if (!closed) return undefined;
    const timer = setTimeout(() => {
      const { activeElement } = document;
      if (activeElement && activeElement !== document.body) return;
      const { active } = editor.store.getState();
      if (last.current instanceof HTMLElement && last.current.isConnected) last.current.focus();
      else if (active !== null) goToBox(view, active);
    }, AFTER_CLOSING_MS);
    return () => clearTimeout(timer);
  }, [open, editor, view]);
}

/** A dialog gives the focus up only when it is gone. */
const AFTER_CLOSING_MS = 60;
