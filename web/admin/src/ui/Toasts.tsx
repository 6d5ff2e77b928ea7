/** The notes at the bottom of the window. */
import { ActionIcon, Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemIn } from "../api/problem.ts";
import { problemWords } from "./problemWords.ts";
import classes from "./Toasts.module.css";
import { dismiss, type Toast, toast, undo, useToasts } from "./toasts.ts";

const SHOWN_MS = 10_000;

export function Toasts() {
  const { t } = useTranslation();
  const shown = useToasts((it) => it.shown);
  return (
    <section aria-label={t("notifications")} className={classes.toasts}>
      <div role="status" aria-live="polite" aria-relevant="additions">
        {shown.map((it) => (
          <One key={it.id} toast={it} />
        ))}
      </div>
    </section>
  );
}

function One({ toast: it }: { toast: Toast }) {
  const { t } = useTranslation(["common", "problems"]);
  // Whoever points at it or has the focus in it is reading it.
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(it.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, it.id]);
  const back = useUndo();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only keeps it from going away
    <div
      className={classes.toast}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {it.kind === "done" ? (
        <IconCircleCheck size={18} aria-hidden className={classes.done} />
      ) : (
        <IconAlertTriangle size={18} aria-hidden className={classes.failed} />
      )}
      <span className={classes.text}>{it.text}</span>
      {it.undo ? (
        <Button size="compact-sm" variant="subtle" onClick={() => back(it)}>
          {t("undo")}
        </Button>
      ) : null}
      <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t("dismiss")} onClick={() => dismiss(it.id)}>
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </div>
  );
}

/** Takes an act back and tells of it, also when that fails. */
export function useUndo(): (it: Toast) => void {
  const { t } = useTranslation(["common", "problems"]);
  return (it) => {
    undo(it, { undone: t("undone", { what: it.text }) }).catch((error: unknown) => {
      const problem = problemIn(error);
      toast(problem ? problemWords(t, problem) : t("failed.fault"), { kind: "failed" });
    });
  };
}
