/** Opens the calendar. A date can always be typed instead, in the words one uses. */
import { useRef, useState } from "preact/hooks";
import { usePanel } from "../context.ts";
import { Icon } from "../Icon.tsx";
import { prettyMoment } from "../moments.ts";
import type { AskProps } from "./ask.ts";
import { Calendar } from "./Calendar.tsx";

export function DatePick({ awaiting, answer }: AskProps) {
  const { words, locale } = usePanel();
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  return (
    <div class="date">
      <button ref={opener} type="button" class="choice with-icon" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name="calendar" />
        {words.pickDate}
      </button>
      {isOpen && (
        <Calendar
          hasTime={awaiting.kind === "date_time"}
          prefersPast={awaiting.prefer === "past"}
          onPick={(iso) => answer({ text: iso }, prettyMoment(iso, locale))}
          onClose={close}
        />
      )}
    </div>
  );
}
