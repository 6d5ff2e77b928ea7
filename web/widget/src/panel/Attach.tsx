/** A button to send a file to a person. The bot takes files only where it asks for them. */
import { useEffect, useRef, useState } from "preact/hooks";
import { usePanel } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { uploadError } from "./inputs/Upload.tsx";

interface Props {
  onSent(fileId: string, name: string): void;
  onFailed(why: string): void;
}

export function Attach({ onSent, onFailed }: Props) {
  const { room, words, locale } = usePanel();
  const [part, setPart] = useState<number | null>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const flying = useRef<AbortController | null>(null);
  useEffect(() => () => flying.current?.abort(), []);

  const send = async (file: File | undefined) => {
    if (!file || part !== null) return;
    const stop = new AbortController();
    flying.current = stop;
    setPart(0);
    try {
      const stored = await room.upload(file, setPart, stop.signal);
      onSent(stored.id, stored.name);
    } catch (error) {
      if (!stop.signal.aborted) onFailed(uploadError(error, words, "", ""));
    } finally {
      setPart(null);
    }
  };
  const percent = part === null ? "" : new Intl.NumberFormat(locale, { style: "percent" }).format(part);
  return (
    <>
      <input
        ref={chooser}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          void send(file);
          // The same file can be chosen again.
          event.currentTarget.value = "";
        }}
      />
      <button
        type="button"
        class="attach"
        aria-label={part === null ? words.chooseFile : words.uploading("", percent)}
        aria-disabled={part !== null}
        onClick={() => chooser.current?.click()}
      >
        {part === null ? <Icon name="upload" /> : <span class="fine">{percent}</span>}
      </button>
    </>
  );
}
