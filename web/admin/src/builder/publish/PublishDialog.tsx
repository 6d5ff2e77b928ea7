/** Publishing: what changed, what is wrong, whether the tests pass, what it means for open sessions; then it is live. */
import { Alert, Button, Checkbox, Group, Loader, Modal, Textarea } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemIn } from "../../api/problem.ts";
import { compare, type Finding, getDraft, getTests, publish, runTests } from "../api.ts";
import { useBuilder, useEditor, useSaver } from "../context.ts";
import { FindingRow } from "../problems/FindingRow.tsx";
import { countOf } from "../problems/findings.ts";
import { ChangeList } from "./ChangeList.tsx";
import classes from "./publish.module.css";

export function PublishDialog() {
  const { t } = useTranslation("builder");
  const { editor, saver, view } = useBuilder();
  const queries = useQueryClient();
  const [ready, setReady] = useState(false);
  const [note, setNote] = useState("");
  const [accepted, setAccepted] = useState(false);
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const bot = useSaver((it) => it.bot);
  const revision = useSaver((it) => it.revision);
  const status = useSaver((it) => it.status);
  const findings = useEditor((it) => it.findings);
  const live = bot?.live_version ?? null;
  const close = (): void => view.setState({ dialog: null });

  // What is published is what the server has: the last change is saved first.
  useEffect(() => {
    void saver?.flush().then(() => setReady(true));
  }, [saver]);

  const isSaved = ready && status.kind === "saved";
  const changes = useQuery({
    queryKey: ["compare", editor.functionId, "live", "draft", revision],
    enabled: isSaved && live !== null,
    gcTime: 0,
    retry: false,
    queryFn: () => compare(editor.functionId, "live", "draft"),
  });
  const tests = useQuery({
    queryKey: ["publish-tests", editor.functionId, revision],
    enabled: isSaved,
    gcTime: 0,
    retry: false,
    queryFn: async () => ((await getTests(editor.functionId)).length ? runTests(editor.functionId) : []),
  });

  const { errors, warnings } = countOf(findings);
  const nothingNew = live !== null && changes.data?.changes.length === 0;
  const send = async (): Promise<void> => {
    setSending(true);
    setFailed(null);
    try {
      const { version } = await publish(
        editor.functionId,
        saver?.store.getState().revision ?? revision,
        note.trim(),
        accepted || warnings === 0,
      );
      editor.tell({ key: "published", values: { version } });
      const draft = await getDraft(editor.functionId);
      saver?.setBot(draft.bot);
      await queries.invalidateQueries({ queryKey: ["versions", editor.functionId] });
      await queries.invalidateQueries({ queryKey: ["live-version", editor.functionId] });
      close();
    } catch (error) {
      const problem = problemIn(error);
      if (!problem) throw error;
      const told = Array.isArray(problem.findings) ? (problem.findings as Finding[]) : null;
      if (told) editor.setFindings(told, editor.document);
      setFailed(problem.code === "revision_changed" ? t("publish.changed_meanwhile") : problem.detail || problem.title);
      if (problem.code === "revision_changed") await saver?.catchUpNow();
    } finally {
      setSending(false);
    }
  };

  const failing = tests.data?.filter((it) => !it.passed) ?? [];
  return (
    <Modal
      closeButtonProps={{ "aria-label": t("panel.close") }}
      opened
      onClose={close}
      size="lg"
      title={t("publish.title", { name: editor.document.name })}
    >
      <div className={classes.body}>
        <p>{live === null ? t("publish.first") : t("publish.lead", { version: live })}</p>
        {ready ? null : <Loader size="sm" aria-label={t("save.saving")} />}
        {ready && !isSaved ? (
          <Alert color="red" role="alert">
            {t("publish.not_saved")}
          </Alert>
        ) : null}
        {changes.data ? (
          <section aria-labelledby="publish-changes">
            <h3 id="publish-changes">{t("publish.changes", { count: changes.data.changes.length })}</h3>
            {nothingNew ? <p>{t("publish.nothing")}</p> : <ChangeList changes={changes.data.changes} />}
            {changes.data.open_sessions ? (
              <p className={classes.hint}>{t("publish.open_sessions", { count: changes.data.open_sessions, version: live })}</p>
            ) : null}
          </section>
        ) : null}
        {changes.error ? <p role="alert">{changes.error.message}</p> : null}
        {errors ? (
          <Alert color="red" title={t("publish.blocked", { count: errors })} role="alert">
            <Findings list={findings.filter((it) => it.severity === "error")} onGo={close} />
          </Alert>
        ) : null}
        {warnings ? (
          <section aria-labelledby="publish-warnings">
            <h3 id="publish-warnings">{t("problems.warnings", { count: warnings })}</h3>
            <Findings list={findings.filter((it) => it.severity === "warning")} onGo={close} />
            <Checkbox
              mt="sm"
              label={t("publish.accept", { count: warnings })}
              checked={accepted}
              disabled={errors > 0}
              onChange={(event) => setAccepted(event.target.checked)}
            />
          </section>
        ) : null}
        {tests.data?.length ? (
          <section aria-labelledby="publish-tests">
            <h3 id="publish-tests">
              {failing.length
                ? t("publish.tests_failed", { count: failing.length, of: tests.data.length })
                : t("publish.tests_passed", { count: tests.data.length })}
            </h3>
            <ul className={classes.plain}>
              {failing.map((it) => (
                <li key={it.name}>
                  <strong>{it.name}</strong>: <span className={classes.message}>{it.message}</span>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
        <Textarea
          label={t("publish.note")}
          description={t("publish.note_hint")}
          autosize
          minRows={2}
          dir="auto"
          value={note}
          onChange={(event) => setNote(event.target.value)}
          data-own-undo
        />
        {failed ? (
          <Alert color="red" role="alert">
            {failed}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("cancel")}
          </Button>
          <Button
            loading={sending}
            disabled={!isSaved || errors > 0 || (warnings > 0 && !accepted) || nothingNew}
            onClick={() => void send()}
          >
            {warnings ? t("publish.do_with", { count: warnings }) : t("publish.do")}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}

/** A finding whose box one goes to closes the dialog: the box lies below it. */
function Findings({ list, onGo }: { list: Finding[]; onGo: () => void }) {
  return (
    <ul className={classes.plain}>
      {list.map((it) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the buttons inside have the keys; this hears that one was pressed
        <li
          key={`${it.code} ${it.box_id} ${it.link} ${it.pointer} ${it.message}`}
          onClick={(event) => (event.target as HTMLElement).closest("button") && onGo()}
        >
          <FindingRow finding={it} />
        </li>
      ))}
    </ul>
  );
}
