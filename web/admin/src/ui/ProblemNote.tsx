/** What went wrong, what it means, and the way on. Told to screen readers once, when it appears. */
import { Alert, Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { problemIn } from "../api/problem.ts";
import { CopyButton } from "./CopyButton.tsx";
import classes from "./ProblemNote.module.css";
import { problemWords } from "./problemWords.ts";

export function ProblemNote({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }) {
  const { t } = useTranslation(["common", "problems"]);
  if (!error) return null;
  const problem = problemIn(error);
  // Other than a problem it is a fault of the program: its text helps nobody but those who look into the console.
  const told = problem ? problemWords(t, problem) : t("failed.fault");
  const inputs = (problem?.errors ?? []).filter((it) => it.message !== told);
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={title}
      className={classes.note}
    >
      <p>{told}</p>
      {inputs.length > 0 ? (
        <ul className={classes.inputs}>
          {inputs.map((it) => (
            <li key={`${it.pointer}${it.code}`}>{it.message}</li>
          ))}
        </ul>
      ) : null}
      {retry || problem?.request_id ? (
        <div className={classes.way}>
          {retry ? (
            <Button size="xs" variant="default" onClick={retry}>
              {t("retry")}
            </Button>
          ) : null}
          {problem?.request_id && (problem.status >= 500 || retry) ? (
            <span className={classes.id}>
              {t("failed.requestId", { id: problem.request_id })} <CopyButton value={problem.request_id} what={problem.request_id} />
            </span>
          ) : null}
        </div>
      ) : null}
    </Alert>
  );
}
