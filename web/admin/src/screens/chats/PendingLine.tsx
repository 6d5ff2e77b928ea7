/** Something that was said and that the chat has not told yet: on its way, waiting, or refused. */
import { Button } from "@mantine/core";
import { IconClock, IconExclamationCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { discard, type Pending, sayAgain } from "../../desk/outbox.ts";
import { problemWords } from "../../ui/problemWords.ts";
import classes from "./Lines.module.css";

export function PendingLine({ pending }: { pending: Pending }) {
  const { t } = useTranslation(["chats", "problems"]);
  const { id, text, state, problem } = pending;
  return (
    <li className={classes.line} data-from="agent" data-pending={state}>
      <div className={classes.bubble} dir="auto">
        {text}
      </div>
      <p className={classes.by}>
        {state === "refused" ? (
          <span role="alert" className={classes.refused}>
            <IconExclamationCircle size={14} aria-hidden /> {t("notSent")} {problem ? problemWords(t, problem) : null}
          </span>
        ) : (
          <span>
            <IconClock size={14} aria-hidden /> {t(state === "waiting" ? "waitsForSending" : "sending")}
          </span>
        )}
        {state === "refused" ? (
          <>
            <Button size="compact-xs" variant="default" onClick={() => sayAgain(id)}>
              {t("common:retry")}
            </Button>
            <Button size="compact-xs" variant="subtle" onClick={() => discard(id)}>
              {t("discard")}
            </Button>
          </>
        ) : null}
      </p>
    </li>
  );
}
