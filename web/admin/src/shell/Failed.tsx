/** What is shown in place of a screen that could not be drawn. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { problemIn } from "../api/problem.ts";

export function Failed({ error, reset }: { error: unknown; reset?: () => void }) {
  const { t } = useTranslation();
  const problem = problemIn(error);
  return (
    <div role="alert">
      <p>{problem?.detail || (error instanceof Error ? error.message : String(error))}</p>
      {reset ? <Button onClick={reset}>{t("retry")}</Button> : null}
    </div>
  );
}
