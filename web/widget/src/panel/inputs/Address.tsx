/** An address in its parts, so that browsers can fill it in; or in one line, as one writes it. */
import { useState } from "preact/hooks";
import { usePanel } from "../context.ts";
import type { AskProps } from "./ask.ts";

const PARTS = [
  { key: "street", autocomplete: "address-line1", isWide: true },
  { key: "city", autocomplete: "address-level2", isWide: true },
  { key: "state", autocomplete: "address-level1", isWide: false },
  { key: "postalCode", autocomplete: "postal-code", isWide: false },
] as const;

type Parts = Record<(typeof PARTS)[number]["key"], string>;

/** One line: the code after the state where they write it so, before the city elsewhere. */
export function joined(parts: Parts, language: string): string {
  const { street, city, state, postalCode } = parts;
  const filled = (list: string[], between: string) => list.filter(Boolean).join(between);
  if (language === "en") return filled([street, city, filled([state, postalCode], " ")], ", ");
  return filled([street, filled([postalCode, city], " "), state], ", ");
}

export function Address({ labelledBy, answer, onOneLine }: AskProps & { onOneLine(): void }) {
  const { words, language } = usePanel();
  const [parts, setParts] = useState<Parts>({ street: "", city: "", state: "", postalCode: "" });
  const [isMissing, setMissing] = useState(false);
  const send = (event: Event) => {
    event.preventDefault();
    const trimmed = Object.fromEntries(Object.entries(parts).map(([key, value]) => [key, value.trim()])) as Parts;
    const isThere = trimmed.street !== "" && trimmed.city !== "";
    setMissing(!isThere);
    if (isThere) answer({ text: joined(trimmed, language) }, joined(trimmed, language));
  };
  return (
    <form class="address" aria-labelledby={labelledBy} onSubmit={send} noValidate>
      {PARTS.map(({ key, autocomplete, isWide }) => (
        <label key={key} class={isWide ? "wide" : ""}>
          <span>{words[key]}</span>
          <input
            name={key}
            autoComplete={autocomplete}
            inputMode={key === "postalCode" && language === "en" ? "numeric" : "text"}
            dir="auto"
            value={parts[key]}
            aria-invalid={isMissing && isWide && parts[key].trim() === ""}
            aria-describedby={isMissing && isWide ? "address-missing" : undefined}
            onInput={(event) => setParts({ ...parts, [key]: event.currentTarget.value })}
          />
        </label>
      ))}
      {isMissing && (
        <p class="error wide" id="address-missing" role="alert">
          {words.addressMissing}
        </p>
      )}
      <button type="submit" class="primary">
        {words.send}
      </button>
      <button type="button" class="quiet" onClick={onOneLine}>
        {words.typeInstead}
      </button>
    </form>
  );
}
