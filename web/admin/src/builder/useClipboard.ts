/** Copy, cut and paste of boxes through the system's clipboard. Texts in inputs are none of its business. */
import { useEffect } from "react";
import type { Builder } from "./context.ts";
import { clipText, copy, readClip, unknownFields } from "./model/clipboard.ts";
import { findBox, type Point } from "./model/document.ts";
import { GAP, placeOf } from "./model/geometry.ts";

/** Beside plain text, for programs that look for it. */
const FORMAT = "web application/x-smartbot-boxes+json";

export function useClipboard(builder: Builder, frame: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const { editor, view, catalogue, resources, goTo } = builder;

    const isOurs = (event: ClipboardEvent): boolean => {
      const at = document.activeElement;
      if (view.getState().dialog || !(event.clipboardData && frame.current)) return false;
      if (at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement || at?.closest("[contenteditable]")) return false;
      // A text that somebody marked on the page is what they want to copy.
      if (event.type !== "paste" && String(getSelection() ?? "") !== "") return false;
      return at === document.body || frame.current.contains(at);
    };

    const take = (event: ClipboardEvent): boolean => {
      const { selection, active } = editor.store.getState();
      const boxes = selection.boxes.length || selection.notes.length ? selection.boxes : active ? [active] : [];
      if (!isOurs(event) || (!boxes.length && !selection.notes.length)) return false;
      const text = clipText(copy(editor.document, boxes, selection.notes, catalogue));
      event.clipboardData?.setData("text/plain", text);
      try {
        event.clipboardData?.setData(FORMAT, text);
      } catch {
        // Not all browsers take formats of one's own; the plain text is enough.
      }
      event.preventDefault();
      return true;
    };

    const onCopy = (event: ClipboardEvent): void => {
      const count = Math.max(1, editor.store.getState().selection.boxes.length);
      if (take(event)) editor.tell({ key: "copied", values: { count } });
    };

    const onCut = (event: ClipboardEvent): void => {
      if (editor.readOnly || !take(event)) return;
      const { selection, active } = editor.store.getState();
      const boxes = selection.boxes.length || selection.notes.length ? [...selection.boxes] : active ? [active] : [];
      const done = editor.dispatch("remove", { boxes, notes: [...selection.notes] });
      if (done?.box) goTo(done.box);
    };

    const onPaste = (event: ClipboardEvent): void => {
      if (editor.readOnly || !isOurs(event)) return;
      const clip = readClip(event.clipboardData?.getData("text/plain") ?? "");
      if (!clip?.boxes.length && !clip?.notes.length) return;
      event.preventDefault();
      const at = placeForPaste();
      const known = new Set(resources.fields.map((it) => it.name));
      if (unknownFields(editor.document, clip, catalogue, known).length) {
        view.setState({ dialog: { kind: "paste", clip, at } });
        return;
      }
      const done = editor.dispatch("paste", { clip, at, choices: {} });
      if (done?.box) goTo(done.box);
    };

    /** Below the box that is worked on. */
    const placeForPaste = (): Point => {
      const { active } = editor.store.getState();
      const box = active === null ? undefined : findBox(editor.document, active);
      const at = box ? placeOf(editor.document, box.id) : { x: 0, y: 0 };
      return box ? { x: at.x + GAP.y, y: at.y + GAP.x } : at;
    };

    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCut);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCut);
      document.removeEventListener("paste", onPaste);
    };
  }, [builder, frame]);
}
