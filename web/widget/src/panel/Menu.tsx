/** What one does seldom: start again, save, larger text, another language, end. */
import { useEffect, useRef, useState } from "preact/hooks";
import { LANGUAGES } from "../i18n/index.ts";
import { usePanel } from "./context.ts";
import { Icon } from "./Icon.tsx";

interface Props {
  isRunning: boolean;
  isLarge: boolean;
  onLarge(isLarge: boolean): void;
  onLanguage(language: string): void;
  onSave(): void;
}

export function Menu({ isRunning, isLarge, onLarge, onLanguage, onSave }: Props) {
  const { room, words, language } = usePanel();
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const leave = (event: Event) => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("focusin", leave);
    };
  }, [isOpen]);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  const then = (act: () => void) => () => {
    close();
    act();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is heard wherever in it the focus is.
    <div
      ref={place}
      class="menu"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        ref={opener}
        type="button"
        class="head-button"
        aria-label={words.menu}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="more" />
      </button>
      {isOpen && (
        <div class="menu-list">
          <button type="button" onClick={then(() => void room.restart())}>
            {words.startAgain}
          </button>
          <button type="button" onClick={then(onSave)}>
            {words.saveTranscript}
          </button>
          <button type="button" aria-pressed={isLarge} onClick={() => onLarge(!isLarge)}>
            {words.textSize}
            {isLarge && <Icon name="check" />}
          </button>
          <label class="menu-language">
            <span>{words.language}</span>
            <select value={language} onChange={(event) => onLanguage(event.currentTarget.value)}>
              {LANGUAGES.map((it) => (
                <option key={it} value={it} lang={it}>
                  {new Intl.DisplayNames([it], { type: "language" }).of(it) ?? it}
                </option>
              ))}
            </select>
          </label>
          {isRunning && (
            <button type="button" class="danger" onClick={then(() => void room.end().catch(() => undefined))}>
              {words.endChat}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
