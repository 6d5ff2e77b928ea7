/** Two people changed the same questions: whoever sees this decides, question by question. */
import { Alert, Button, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FaqDocument } from "../../api/faq.ts";
import type { Saver, SaveStatus } from "../../builder/editor/saver.ts";
import type { Choices, Conflict } from "../../builder/model/rebase.ts";
import classes from "./Faq.module.css";

interface Props {
  saver: Saver<FaqDocument>;
  status: Extract<SaveStatus<FaqDocument>, { kind: "conflict" }>;
  mine: FaqDocument;
}

export function FaqConflict({ saver, status: { clash }, mine }: Props) {
  const { t } = useTranslation("faq");
  const [choices, setChoices] = useState<Choices>({});
  const { conflicts, theirs } = clash;
  const resolve = () => saver.resolve(Object.fromEntries(conflicts.map(({ unit }) => [unit, choices[unit] ?? "mine"])));
  return (
    <Alert color="yellow" role="alert" title={t("conflict.title")} className={classes.conflict}>
      <p>{t("conflict.text")}</p>
      <ul className={classes.cards}>
        {conflicts.map((it) => (
          <li key={it.unit} className={classes.card}>
            <dl className={classes.sides}>
              <dt>{t("conflict.mine")}</dt>
              <dd dir="auto">{sideOf(it, mine) ?? t("conflict.removed")}</dd>
              <dt>{t("conflict.theirs")}</dt>
              <dd dir="auto">{sideOf(it, theirs) ?? t("conflict.removed")}</dd>
            </dl>
            <SegmentedControl
              aria-label={t("conflict.choose")}
              value={choices[it.unit] ?? "mine"}
              data={[
                { value: "mine", label: t("conflict.takeMine") },
                { value: "theirs", label: t("conflict.takeTheirs") },
              ]}
              onChange={(side) => setChoices({ ...choices, [it.unit]: side === "theirs" ? "theirs" : "mine" })}
            />
          </li>
        ))}
      </ul>
      <Button mt="sm" onClick={() => void resolve()}>
        {t("conflict.go")}
      </Button>
    </Alert>
  );
}

/** What a side made of it, in words; null where it is gone. */
function sideOf({ unit }: Conflict, document: FaqDocument): string | null {
  const [kind = "", ...rest] = unit.split(":");
  const name = rest.join(":");
  if (kind === "entry") {
    const entry = document.entries.find((it) => it.id === name);
    return entry ? [entry.question, entry.answer, ...(entry.variants ?? [])].join("\n") : null;
  }
  const value = document[name];
  if (value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
