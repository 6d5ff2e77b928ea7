/** Tells that parts of a bot cannot be shown, shows them as they are, and lets one go on without them. */
import { Alert, Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemIn } from "../../api/problem.ts";
import { getDraft, saveDraft } from "../../builder/api.ts";
import { CodeBlock } from "../../builder/CodeBlock.tsx";
import type { Editor } from "../../builder/editor/editor.ts";
import type { SetAside } from "../../builder/model/read.ts";
import classes from "./Workbench.module.css";

export function SetAsideNotice({ setAside, editor }: { setAside: SetAside[]; editor: Editor }) {
  const { t } = useTranslation("builder");
  const [failed, setFailed] = useState<string | null>(null);
  const text = JSON.stringify(setAside, null, 2);
  const goOn = async (): Promise<void> => {
    try {
      const { revision } = await getDraft(editor.functionId);
      await saveDraft(editor.functionId, revision, editor.document);
      location.reload();
    } catch (error) {
      setFailed(problemIn(error)?.detail || String(error));
    }
  };
  return (
    <Alert className={classes.notice ?? ""} color="red" role="alert" title={t("damaged.title", { count: setAside.length })}>
      <p>{t("damaged.lead")}</p>
      <details>
        <summary>{t("damaged.show")}</summary>
        <CodeBlock label={t("damaged.show")} text={text} />
      </details>
      <div className={classes.noticeActions}>
        <Button size="compact-sm" variant="default" onClick={() => void navigator.clipboard.writeText(text)}>
          {t("damaged.copy")}
        </Button>
        <Button size="compact-sm" color="red" onClick={() => void goOn()}>
          {t("damaged.go_on")}
        </Button>
      </div>
      {failed ? <p>{failed}</p> : null}
    </Alert>
  );
}
