/** Asks the server's validator after each change, shortly after the last one. What is saved is checked with it; this is what is quicker. */
import { useEffect } from "react";
import { validate } from "../api.ts";
import type { Editor } from "../editor/editor.ts";

const AFTER_MS = 250;

export function useValidation(editor: Editor): void {
  useEffect(() => {
    if (editor.readOnly) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let call: AbortController | undefined;
    const check = async (): Promise<void> => {
      const { document, checked } = editor.store.getState();
      if (document === checked) return;
      call?.abort();
      call = new AbortController();
      try {
        const findings = await validate(document, call.signal);
        if (editor.document === document) editor.setFindings(findings, document);
      } catch {
        // The next save, or the next change, asks again.
      }
    };
    let last = editor.document;
    const stop = editor.store.subscribe(({ document }) => {
      if (document === last) return;
      last = document;
      clearTimeout(timer);
      timer = setTimeout(() => void check(), AFTER_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
      call?.abort();
    };
  }, [editor]);
}
