/** Publishing a bot of either kind: what changed, what is wrong, whether the tests pass, what it means for open sessions; then it is live. */
import { Alert, Button, Checkbox, Group, Loader, Modal, Textarea } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { problemIn } from "../../api/problem.ts";
import { type Change, compare, type Finding, getDraft, getTests, publish, runTests } from "../api.ts";
import type { Saver } from "../editor/saver.ts";
import { countOf } from "../problems/findings.ts";
import { ChangeList } from "./ChangeList.tsx";
import classes from "./publish.module.css";

interface Props<D> {
  functionId: string;
  name: string;
  saver: Saver<D>;
  findings: readonly Finding[];
  /** How findings are shown. */
  listed: (findings: Finding[]) => ReactNode;
  /** How changes are told, where the server's words are too few. */
  told?: (changes: Change[]) => Change[];
  /** The server has found something at the last moment. */
  onFindings: (findings: Finding[]) => void;
  onPublished: (version: number) => void;
  onClose: () => void;
}

export function PublishForm<D>({ functionId, name, saver, findings, listed, told = (it) => it, ...on }: Props<D>) {
  const { t } = useTranslation("builder");
  const queries = useQueryClient();
  const [ready, setReady] = useState(false);
  const [note, setNote] = useState("");
  const [accepted, setAccepted] = useState(false);
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const { bot, revision, status } = useStore(saver.store);
  const live = bot?.live_version ?? null;

  // What is published is what the server has: the last change is saved first.
  useEffect(() => {
    void saver.flush().then(() => setReady(true));
  }, [saver]);

  const isSaved = ready && status.kind === "saved";
  const changes = useQuery({
    queryKey: ["compare", functionId, "live", "draft", revision],
    enabled: isSaved && live !== null,
    gcTime: 0,
    retry: false,
    queryFn: () => compare(functionId, "live", "draft"),
  });
  const tests = useQuery({
    queryKey: ["publish-tests", functionId, revision],
    enabled: isSaved,
    gcTime: 0,
    retry: false,
    queryFn: async () => ((await getTests(functionId)).length ? runTests(functionId) : []),
  });

  const shown = told(changes.data?.changes ?? []);
  const { errors, warnings } = countOf(findings);
  const nothingNew = live !== null && changes.data?.changes.length === 0;
  const send = async (): Promise<void> => {
    setSending(true);
    setFailed(null);
    try {
      const { version } = await publish(functionId, saver.store.getState().revision, note.trim(), accepted || warnings === 0);
      const draft = await getDraft(functionId);
      saver.setBot(draft.bot);
      await queries.invalidateQueries({ queryKey: ["versions", functionId] });
      await queries.invalidateQueries({ queryKey: ["live-version", functionId] });
      void queries.invalidateQueries({ queryKey: ["bots"] });
      on.onPublished(version);
      on.onClose();
    } catch (error) {
      const problem = problemIn(error);
      if (!problem) throw error;
      if (Array.isArray(problem.findings)) on.onFindings(problem.findings as Finding[]);
      setFailed(problem.code === "revision_changed" ? t("publish.changed_meanwhile") : problem.detail || problem.title);
      if (problem.code === "revision_changed") await saver.catchUpNow();
    } finally {
      setSending(false);
    }
  };

  const failing = tests.data?.filter((it) => !it.passed) ?? [];
  return (
    <Modal closeButtonProps={{ "aria-label": t("panel.close") }} opened onClose={on.onClose} size="lg" title={t("publish.title", { name })}>
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
            <h3 id="publish-changes">{t("publish.changes", { count: shown.length })}</h3>
            {nothingNew ? <p>{t("publish.nothing")}</p> : <ChangeList changes={shown} />}
            {changes.data.open_sessions ? (
              <p className={classes.hint}>{t("publish.open_sessions", { count: changes.data.open_sessions, version: live })}</p>
            ) : null}
          </section>
        ) : null}
        {changes.error ? <p role="alert">{changes.error.message}</p> : null}
        {errors ? (
          <Alert color="red" title={t("publish.blocked", { count: errors })} role="alert">
            {listed(findings.filter((it) => it.severity === "error"))}
          </Alert>
        ) : null}
        {warnings ? (
          <section aria-labelledby="publish-warnings">
            <h3 id="publish-warnings">{t("problems.warnings", { count: warnings })}</h3>
            {listed(findings.filter((it) => it.severity === "warning"))}
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
          <Button variant="default" onClick={on.onClose}>
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
