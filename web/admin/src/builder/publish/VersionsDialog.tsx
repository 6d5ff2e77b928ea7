/** All versions of a bot: look at one, compare it with the draft, make it the draft again, or make it live at once. */
import { Alert, Badge, Button, Group, Loader, Modal, Textarea } from "@mantine/core";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../api/me.ts";
import { problemIn } from "../../api/problem.ts";
import { compare, getDraft, listVersions, restoreDraft, rollBack, type Version } from "../api.ts";
import { useBuilder, useSaver } from "../context.ts";
import { readDocument } from "../model/read.ts";
import { agentName } from "../resources.ts";
import { ChangeList } from "./ChangeList.tsx";
import classes from "./publish.module.css";

type Step = { kind: "list" } | { kind: "compare" | "restore" | "roll_back"; version: Version };

export function VersionsDialog() {
  const { t } = useTranslation("builder");
  const { view } = useBuilder();
  const [step, setStep] = useState<Step>({ kind: "list" });
  const back = (): void => setStep({ kind: "list" });
  return (
    <Modal
      closeButtonProps={{ "aria-label": t("panel.close") }}
      opened
      onClose={() => view.setState({ dialog: null })}
      size="lg"
      title={step.kind === "list" ? t("versions.title") : t(`versions.title_${step.kind}`, { version: step.version.version })}
    >
      {step.kind === "list" ? <List onStep={setStep} /> : null}
      {step.kind === "compare" ? <Compared version={step.version} onBack={back} /> : null}
      {step.kind === "restore" ? <Restore version={step.version} onBack={back} /> : null}
      {step.kind === "roll_back" ? <RollBack version={step.version} onBack={back} /> : null}
    </Modal>
  );
}

function List({ onStep }: { onStep: (step: Step) => void }) {
  const { t, i18n } = useTranslation("builder");
  const { editor, saver, view, resources } = useBuilder();
  const navigate = useNavigate();
  const mayEdit = useMay()("edit_bots");
  const versions = useInfiniteQuery({
    queryKey: ["versions", editor.functionId],
    initialPageParam: "",
    queryFn: ({ pageParam }) => listVersions(editor.functionId, pageParam || undefined),
    getNextPageParam: (page) => page.next_cursor,
  });
  const time = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeStyle: "short" });
  const who = (id: string | null | undefined): string => {
    const name = agentName(resources, id);
    return name ? ` · ${name}` : "";
  };
  const all = versions.data?.pages.flatMap((it) => it.data) ?? [];
  if (versions.isPending) return <Loader size="sm" aria-label={t("loading")} />;
  if (versions.error) return <Alert color="red">{versions.error.message}</Alert>;
  if (!all.length) return <p>{t("versions.none")}</p>;
  return (
    <div className={classes.body}>
      <ul className={classes.plain}>
        {all.map((it) => (
          <li key={it.version} className={classes.version} data-version={it.version}>
            <div className={classes.about}>
              <strong>{t("versions.version", { version: it.version })}</strong>{" "}
              {it.live ? (
                <Badge size="sm" color="green" variant="light">
                  {t("versions.live")}
                </Badge>
              ) : null}
              <div className={classes.hint}>
                {time.format(new Date(it.published_at))}
                {who(it.published_by.id)}
                {it.open_sessions ? ` · ${t("versions.open_sessions", { count: it.open_sessions })}` : ""}
              </div>
              {it.note ? <div dir="auto">“{it.note}”</div> : null}
            </div>
            <div className={classes.actions}>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => {
                  view.setState({ dialog: null });
                  void navigate({ to: ".", search: { version: it.version } as never });
                }}
              >
                {t("versions.look")}
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => onStep({ kind: "compare", version: it })}>
                {t("versions.compare")}
              </Button>
              {mayEdit && saver ? (
                <>
                  <Button size="compact-sm" variant="default" onClick={() => onStep({ kind: "restore", version: it })}>
                    {t("versions.restore")}
                  </Button>
                  {it.live ? null : (
                    <Button size="compact-sm" variant="default" onClick={() => onStep({ kind: "roll_back", version: it })}>
                      {t("versions.roll_back")}
                    </Button>
                  )}
                </>
              ) : null}
            </div>
          </li>
        ))}
      </ul>
      {versions.hasNextPage ? (
        <Button variant="default" loading={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
          {t("versions.more")}
        </Button>
      ) : null}
    </div>
  );
}

interface StepProps {
  version: Version;
  onBack: () => void;
}

function Compared({ version, onBack }: StepProps) {
  const { t } = useTranslation("builder");
  const { editor } = useBuilder();
  const revision = useSaver((it) => it.revision);
  const { data, error, isPending } = useQuery({
    queryKey: ["compare", editor.functionId, version.version, "draft", revision],
    gcTime: 0,
    queryFn: () => compare(editor.functionId, String(version.version), "draft"),
  });
  return (
    <div className={classes.body}>
      {isPending ? <Loader size="sm" aria-label={t("loading")} /> : null}
      {error ? <Alert color="red">{error.message}</Alert> : null}
      {data ? data.changes.length ? <ChangeList changes={data.changes} /> : <p>{t("versions.same")}</p> : null}
      <Group justify="flex-end">
        <Button variant="default" onClick={onBack} data-autofocus>
          {t("versions.back")}
        </Button>
      </Group>
    </div>
  );
}

function Restore({ version, onBack }: StepProps) {
  const { t } = useTranslation("builder");
  const { editor, saver, view } = useBuilder();
  const [failed, setFailed] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const restore = async (): Promise<void> => {
    if (!saver) return;
    setSending(true);
    try {
      await saver.flush();
      const draft = await restoreDraft(editor.functionId, saver.store.getState().revision, version.version);
      saver.replaced(readDocument(draft.document).document, draft);
      editor.tell({ key: "restored", values: { version: version.version } });
      view.setState({ dialog: null });
    } catch (error) {
      setFailed(problemIn(error)?.detail || String(error));
    } finally {
      setSending(false);
    }
  };
  return (
    <Confirm
      text={t("versions.restore_lead", { version: version.version })}
      act={t("versions.restore")}
      failed={failed}
      sending={sending}
      onBack={onBack}
      onAct={restore}
    />
  );
}

function RollBack({ version, onBack }: StepProps) {
  const { t } = useTranslation("builder");
  const { editor, saver, view } = useBuilder();
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const [failed, setFailed] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const act = async (): Promise<void> => {
    setSending(true);
    try {
      const made = await rollBack(editor.functionId, version.version, note.trim());
      editor.tell({ key: "published", values: { version: made.version } });
      saver?.setBot((await getDraft(editor.functionId)).bot);
      await queries.invalidateQueries({ queryKey: ["versions", editor.functionId] });
      await queries.invalidateQueries({ queryKey: ["live-version", editor.functionId] });
      view.setState({ dialog: null });
    } catch (error) {
      setFailed(problemIn(error)?.detail || String(error));
    } finally {
      setSending(false);
    }
  };
  return (
    <Confirm
      text={t("versions.roll_back_lead", { version: version.version })}
      act={t("versions.roll_back")}
      failed={failed}
      sending={sending}
      onBack={onBack}
      onAct={act}
    >
      <Textarea
        label={t("publish.note")}
        autosize
        dir="auto"
        value={note}
        onChange={(event) => setNote(event.target.value)}
        data-own-undo
      />
    </Confirm>
  );
}

interface ConfirmProps {
  text: string;
  act: string;
  failed: string | null;
  sending: boolean;
  onBack: () => void;
  onAct: () => Promise<void>;
  children?: React.ReactNode;
}

function Confirm({ text, act, failed, sending, onBack, onAct, children }: ConfirmProps) {
  const { t } = useTranslation("builder");
  return (
    <div className={classes.body}>
      <p>{text}</p>
      {children}
      {failed ? (
        <Alert color="red" role="alert">
          {failed}
        </Alert>
      ) : null}
      <Group justify="flex-end">
        <Button variant="default" onClick={onBack} data-autofocus>
          {t("versions.back")}
        </Button>
        <Button loading={sending} onClick={() => void onAct()}>
          {act}
        </Button>
      </Group>
    </div>
  );
}
