/** What is shown in place of a screen that could not be drawn. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { problemIn } from "../api/problem.ts";
import { ProblemNote } from "../ui/ProblemNote.tsx";
import { Page } from "./Page.tsx";

export function Failed({ error, reset }: { error: unknown; reset?: () => void }) {
  const { t } = useTranslation();
  // A chunk of an earlier release is gone after an upgrade: only a new page helps.
  const reload = !problemIn(error);
  return (
    <Page title={t("failed.title")} layout="narrow">
      <ProblemNote error={error} retry={reload ? undefined : reset} />
      {reload ? (
        <Button mt="md" onClick={() => location.reload()}>
          {t("failed.reload")}
        </Button>
      ) : null}
    </Page>
  );
}
