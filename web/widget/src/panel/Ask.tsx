/** The control for what the bot waits for. Kinds that are plain words have none: they are typed below. */
import type { Awaiting } from "@smartbot/sdk";
import { useEffect, useState } from "preact/hooks";
import { usePanel } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { Address } from "./inputs/Address.tsx";
import type { AskProps } from "./inputs/ask.ts";
import { Choices } from "./inputs/Choices.tsx";
import { Consent } from "./inputs/Consent.tsx";
import { DatePick } from "./inputs/DatePick.tsx";
import { Rating } from "./inputs/Rating.tsx";
import { Upload } from "./inputs/Upload.tsx";

/** Whether the answer is typed into the box at the bottom. */
export function isTyped(awaiting: Awaiting | null): boolean {
  const kind = awaiting?.kind;
  return !(kind === "multiple_choice" && awaiting?.allow_free_text === false) && kind !== "address";
}

export function Ask(props: AskProps & { isOneLine: boolean; onOneLine(): void }) {
  const { kind } = props.awaiting;
  switch (kind) {
    case "multiple_choice":
    case "yes_no":
      return <Choices {...props} />;
    case "rating":
      return <Rating {...props} />;
    case "consent":
      return <Consent {...props} />;
    case "date":
    case "date_time":
      return <DatePick {...props} />;
    case "address":
      return props.isOneLine ? null : <Address {...props} />;
    case "file_upload":
      return <Upload {...props} />;
    default:
      return null;
  }
}

/** States in which nobody is asked. */
export function Waiting({ kind, isWithAgent }: { kind: string; isWithAgent: boolean }) {
  const { words } = usePanel();
  if (kind === "api") return <Note icon="clock" text={words.oneMoment} isBusy />;
  if (kind === "timer") return <Note icon="clock" text={words.later} />;
  if (kind === "agent" && !isWithAgent) return <Note icon="person" text={`${words.waitingForPerson} ${words.waitingHint}`} isBusy />;
  return null;
}

function Note({ icon, text, isBusy = false }: { icon: "clock" | "person"; text: string; isBusy?: boolean }) {
  return (
    <p class={`note ${isBusy ? "is-busy" : ""}`}>
      <Icon name={icon} />
      <span>{text}</span>
    </p>
  );
}

/** Seconds until a moment, counted down; 0 when it is over. */
export function useSecondsUntil(moment: number | null): number {
  const left = () => (moment === null ? 0 : Math.max(0, Math.ceil((moment - Date.now()) / 1000)));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    setSeconds(left());
    if (moment === null) return;
    const timer = setInterval(() => setSeconds(left()), 500);
    return () => clearInterval(timer);
  }, [moment]);
  return seconds;
}
