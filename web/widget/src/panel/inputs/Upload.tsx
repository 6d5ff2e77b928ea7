/** A file to choose or to drop, on its way with a bar, and said once it is there. */
import { SmartBotError } from "@smartbot/sdk";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Words } from "../../i18n/index.ts";
import { usePanel } from "../context.ts";
import { Icon } from "../Icon.tsx";
import { bytes } from "../Media.tsx";
import { type AskProps, numberOf } from "./ask.ts";

type State = { name: "ready" } | { name: "sending"; file: File; part: number } | { name: "failed"; why: string };

export function Upload({ awaiting, labelledBy, answer }: AskProps) {
  const { room, words, locale } = usePanel();
  const [state, setState] = useState<State>({ name: "ready" });
  const [isOver, setOver] = useState(false);
  const flying = useRef<AbortController | null>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const types = Array.isArray(awaiting.types) ? awaiting.types.filter((it): it is string => typeof it === "string") : [];
  const most = numberOf(awaiting, "max_bytes");
  const typeNames = [...new Set(types.map(typeName))].join(", ");
  const size = most === null ? "" : bytes(most, locale);
  useEffect(() => () => flying.current?.abort(), []);

  const send = async (file: File | undefined) => {
    if (!file) return;
    if (most !== null && file.size > most) return setState({ name: "failed", why: words.fileTooLarge(size) });
    if (types.length > 0 && !types.some((it) => fits(file, it))) return setState({ name: "failed", why: words.fileWrongType(typeNames) });
    const stop = new AbortController();
    flying.current = stop;
    setState({ name: "sending", file, part: 0 });
    try {
      const stored = await room.upload(file, (part) => setState({ name: "sending", file, part }), stop.signal);
      answer({ file_id: stored.id }, stored.name);
    } catch (error) {
      setState(stop.signal.aborted ? { name: "ready" } : { name: "failed", why: uploadError(error, words, size, typeNames) });
    }
  };

  if (state.name === "sending") {
    const part = new Intl.NumberFormat(locale, { style: "percent" }).format(state.part);
    return (
      <div class="upload">
        <span class="upload-words">{words.uploading(state.file.name, part)}</span>
        <progress value={state.part} max={1} aria-label={words.uploading(state.file.name, "")} />
        <button type="button" class="quiet" onClick={() => flying.current?.abort()}>
          {words.cancel}
        </button>
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset needs a legend, and the question stands above as a message.
    <div
      class={`upload ${isOver ? "is-over" : ""}`}
      role="group"
      aria-labelledby={labelledBy}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void send(event.dataTransfer?.files[0]);
      }}
    >
      <input
        ref={chooser}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-hidden="true"
        accept={types.join(",")}
        onChange={(event) => void send(event.currentTarget.files?.[0])}
      />
      <button type="button" class="choice with-icon" aria-describedby="file-rules" onClick={() => chooser.current?.click()}>
        <Icon name="upload" />
        {words.chooseFile}
      </button>
      <span class="fine" id="file-rules">
        {[words.dropFile, words.fileRules(typeNames, size)].filter(Boolean).join(" · ")}
      </span>
      {state.name === "failed" && (
        <p class="error" role="alert">
          {state.why}
        </p>
      )}
    </div>
  );
}

/** Why a file was not taken, in words. Size and types as far as they are known. */
export function uploadError(error: unknown, words: Words, size: string, types: string): string {
  if (!(error instanceof SmartBotError)) return words.fileFailed;
  if (error.status === 413 && size) return words.fileTooLarge(size);
  if (error.status === 415 && types) return words.fileWrongType(types);
  return error.status === 429 ? words.pleaseWait(error.retryAfterSeconds ?? 10) : words.fileFailed;
}

/** `image/png` → `PNG`, `.pdf` → `PDF`, `image/*` → `image`. */
function typeName(type: string): string {
  if (type.endsWith("/*")) return type.slice(0, -2);
  return (type.split(/[/.]/).at(-1) ?? type).toUpperCase();
}

/** Whether a file is of a kind that is taken. The server looks at its content; this spares the way. */
export function fits(file: { name: string; type: string }, accepted: string): boolean {
  if (accepted.startsWith(".")) return file.name.toLowerCase().endsWith(accepted.toLowerCase());
  if (accepted.endsWith("/*")) return file.type.startsWith(accepted.slice(0, -1));
  // A browser that does not know a type says nothing.
  return file.type === accepted || file.type === "";
}
