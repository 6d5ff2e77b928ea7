/** The box to type in. It is one of a kind that fits the question, so that phones show the right keys and browsers fill in what they know. */
import type { Awaiting, Said } from "@smartbot/sdk";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Words } from "../i18n/index.ts";
import { Attach } from "./Attach.tsx";
import { usePanel } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { numberOf, textOf } from "./inputs/ask.ts";

const LONGEST = 4_000;
/** From here on one is told how much is left. */
const SOON_FULL = 200;

interface Props {
  awaiting: Awaiting | null;
  /** What was answered last and did not fit: it stands there to be mended. */
  refused: string | null;
  isBlocked: boolean;
  /** Whether a person hears, who takes files at any time. */
  takesFiles: boolean;
  note: string | null;
  onSay(said: Said, text: string): boolean;
  onKey(event: KeyboardEvent, isEmpty: boolean): void;
  onTyping(): void;
}

interface Kind {
  isLine: boolean;
  inputMode: "text" | "email" | "tel" | "decimal";
  autoComplete: string;
}

function kindOf(kind: string): Kind {
  switch (kind) {
    case "email":
      return { isLine: true, inputMode: "email", autoComplete: "email" };
    case "phone":
      return { isLine: true, inputMode: "tel", autoComplete: "tel" };
    case "name":
      return { isLine: true, inputMode: "text", autoComplete: "name" };
    case "number":
      return { isLine: true, inputMode: "decimal", autoComplete: "off" };
    case "address":
      return { isLine: true, inputMode: "text", autoComplete: "street-address" };
    case "date":
      return { isLine: true, inputMode: "text", autoComplete: "off" };
    default:
      return { isLine: false, inputMode: "text", autoComplete: "off" };
  }
}

export function Composer({ awaiting, refused, isBlocked, takesFiles, note, onSay, onKey, onTyping }: Props) {
  const { words, locale } = usePanel();
  const [text, setText] = useState("");
  const [error, setError] = useState<string | null>(null);
  const box = useRef<HTMLTextAreaElement & HTMLInputElement>(null);
  const hasFocus = useRef(false);
  const kind = awaiting?.kind ?? "text";
  const look = kindOf(kind);
  const most = Math.min(LONGEST, awaiting ? (numberOf(awaiting, "max_length") ?? LONGEST) : LONGEST);
  const unit = kind === "number" && awaiting ? textOf(awaiting, "unit") : null;
  const hint = hintOf(awaiting, words, locale);
  const isEmpty = text.trim() === "";

  // Another kind is another element; who was typing goes on typing.
  useLayoutEffect(() => {
    if (hasFocus.current && document.activeElement !== box.current) box.current?.focus();
  }, [look.isLine, kind]);

  useLayoutEffect(() => {
    const area = box.current;
    if (!area || look.isLine) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 140)}px`;
  }, [text, look.isLine]);

  useEffect(() => {
    if (refused !== null && ["email", "phone", "number", "name", "address", "date", "date_time"].includes(kind)) {
      setText((now) => (now === "" ? refused : now));
    }
    setError(null);
  }, [refused, kind]);

  const say = () => {
    const said = text.trim();
    if (said === "" || isBlocked) return;
    const wrong = awaiting ? rangeError(awaiting, said, words, locale) : null;
    setError(wrong);
    box.current?.focus();
    if (wrong) return;
    if (!onSay({ text: said }, said)) {
      setError(words.tooMany);
      return;
    }
    setText("");
  };

  const label = awaiting && !["agent", "api", "timer"].includes(kind) ? labelOf(kind, words) : words.typeMessage;
  const described = [error ? "composer-error" : "", hint ? "composer-hint" : ""].filter(Boolean).join(" ") || undefined;
  const shared = {
    ref: box,
    class: "box-text",
    value: text,
    dir: "auto" as const,
    maxLength: most,
    placeholder: label,
    "aria-label": label,
    "aria-invalid": error !== null,
    "aria-describedby": described,
    autoComplete: look.autoComplete,
    inputMode: look.inputMode,
    enterKeyHint: "send" as const,
    onFocus: () => {
      hasFocus.current = true;
    },
    onBlur: () => {
      hasFocus.current = false;
    },
    onInput: (event: preact.TargetedInputEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      setText(event.currentTarget.value);
      setError(null);
      if (event.currentTarget.value.trim() !== "") onTyping();
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        say();
      } else onKey(event, text === "");
    },
  };
  const left = most - text.length;
  return (
    <form
      class="composer"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        say();
      }}
    >
      {note && <p class="composer-note">{note}</p>}
      {error && (
        <p class="error" id="composer-error" role="alert">
          {error}
        </p>
      )}
      <div class="composer-row">
        {takesFiles && (
          <Attach
            onSent={(file_id, name) => {
              if (!onSay({ file_id }, name)) setError(words.tooMany);
            }}
            onFailed={setError}
          />
        )}
        <div class="box">
          {look.isLine ? <input key="line" {...shared} type="text" /> : <textarea key="area" {...shared} rows={1} />}
          {unit && <span class="unit">{unit}</span>}
        </div>
        <button
          type="submit"
          class="send"
          aria-label={words.send}
          aria-disabled={isEmpty || isBlocked}
          // The keyboard of a phone stays where it is.
          onPointerDown={(event) => event.preventDefault()}
        >
          <Icon name="send" />
        </button>
      </div>
      {(hint || left < SOON_FULL) && (
        <p class="hint">
          {hint && <span id="composer-hint">{hint}</span>}
          {left < SOON_FULL && most > SOON_FULL && <span>{words.characters(left)}</span>}
        </p>
      )}
    </form>
  );
}

function labelOf(kind: string, words: Words): string {
  const names: Record<string, string> = {
    email: words.email,
    phone: words.phone,
    name: words.name,
    number: words.number,
    date: words.date,
    date_time: `${words.date}, ${words.time}`,
  };
  return names[kind] ?? words.typeAnswer;
}

function hintOf(awaiting: Awaiting | null, words: Words, locale: string): string | null {
  if (awaiting?.kind === "date") return words.dateHint;
  if (awaiting?.kind === "date_time") return words.dateTimeHint;
  if (awaiting?.kind !== "number") return null;
  const [min, max] = [numberOf(awaiting, "min"), numberOf(awaiting, "max")];
  const format = new Intl.NumberFormat(locale);
  return min !== null && max !== null ? words.range(format.format(min), format.format(max)) : null;
}

/** What is wrong with a number, if it is one: words are for the server to understand. */
function rangeError(awaiting: Awaiting, said: string, words: Words, locale: string): string | null {
  if (awaiting.kind !== "number" || !/^-?\d+([.,]\d+)?$/.test(said)) return null;
  const value = Number(said.replace(",", "."));
  const [min, max] = [numberOf(awaiting, "min"), numberOf(awaiting, "max")];
  if ((min === null || value >= min) && (max === null || value <= max)) return null;
  const format = (it: number | null) => (it === null ? "" : new Intl.NumberFormat(locale).format(it));
  if (min !== null && max !== null) return words.outOfRange(format(min), format(max));
  return min === null ? words.atMost(format(max)) : words.atLeast(format(min));
}
