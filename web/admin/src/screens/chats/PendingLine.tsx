/** Something that was said and that the chat has not told yet: held back for a moment, on its way, waiting, or refused. */
import { Button } from "@mantine/core";
import { IconClock, IconExclamationCircle } from "@tabler/icons-react";
import type { MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import { putBack } from "../../desk/drafts.ts";
import { discard, type Pending, sayAgain, takeBack } from "../../desk/outbox.ts";
import { Bubble } from "../../ui/Bubble.tsx";
import { problemWords } from "../../ui/problemWords.ts";
import classes from "./Lines.module.css";
import { useSecond } from "./Waited.tsx";

const WORDS = { waiting: "waitsForSending", sending: "sending", sent: "sending" } as const;

export function PendingLine({ pending }: { pending: Pending }) {
  const { t } = useTranslation(["chats", "problems"]);
  const { text, state } = pending;
  return (
    <Bubble from="agent" side="end" data-pending={state} below={<Fate pending={pending} />}>
      {text || t("event")}
    </Bubble>
  );
}

function Fate({ pending }: { pending: Pending }) {
  const { t } = useTranslation(["chats", "problems"]);
  const { id, state, problem } = pending;
  if (state === "held") return <Held pending={pending} />;
  if (state !== "refused") {
    return (
      <span>
        <IconClock size={14} aria-hidden /> {t(WORDS[state])}
      </span>
    );
  }
  return (
    <>
      <span role="alert" className={classes.refused}>
        <IconExclamationCircle size={14} aria-hidden /> {t("notSent")} {problem ? problemWords(t, problem) : null}
      </span>
      <Button size="compact-xs" variant="default" onClick={() => sayAgain(id)}>
        {t("common:retry")}
      </Button>
      <Button size="compact-xs" variant="subtle" onClick={() => discard(id)}>
        {t("discard")}
      </Button>
    </>
  );
}

function Held({ pending: { id, chat, heldUntil = 0 } }: { pending: Pending }) {
  const { t } = useTranslation("chats");
  const seconds = Math.max(0, Math.ceil((heldUntil - useSecond()) / 1_000));
  const undo = (event: MouseEvent<HTMLElement>) => {
    const words = takeBack(id);
    if (words === null) return;
    putBack(chat, "reply", words);
    // The button is gone with the line: one writes on.
    event.currentTarget.closest("[data-column]")?.querySelector("textarea")?.focus();
  };
  return (
    <>
      <span>
        <IconClock size={14} aria-hidden /> {t("heldFor", { count: seconds })}
      </span>
      <Button size="compact-xs" variant="default" onClick={undo}>
        {t("common:undo")}
      </Button>
    </>
  );
}
