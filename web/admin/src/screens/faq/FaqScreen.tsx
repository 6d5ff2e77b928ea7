/** A FAQ bot: its questions and answers, how well one must fit, and what is said when none does. */
import { Button, Loader, NumberInput, TagsInput, Textarea, TextInput } from "@mantine/core";
import { IconArrowLeft, IconPlus, IconRocket } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { FaqDocument } from "../../api/faq.ts";
import { useMay, useMe } from "../../api/me.ts";
import type { BotDraft } from "../../builder/api.ts";
import { leaveBot } from "../../builder/editor/open.ts";
import type { Saver } from "../../builder/editor/saver.ts";
import { SaveMark } from "../../builder/SaveMark.tsx";
import { Page } from "../../shell/Page.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { AnchorLink } from "../../ui/links.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { ShowMore } from "../../ui/ShowMore.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { EntryCard } from "./EntryCard.tsx";
import classes from "./Faq.module.css";
import { FaqConflict } from "./FaqConflict.tsx";
import { found, freshId, THRESHOLD } from "./faqDocument.ts";
import { type OpenFaq, openFaq } from "./openFaq.ts";
import { SynonymsPanel } from "./SynonymsPanel.tsx";
import { TryPanel } from "./TryPanel.tsx";

const FaqPublishDialog = lazy(async () => ({ default: (await import("./FaqPublishDialog.tsx")).FaqPublishDialog }));

/** How many entries are drawn before somebody asks for more. */
const ROWS = 25;

export function FaqScreen({ draft, first }: { draft: BotDraft; first: FaqDocument }) {
  const { t } = useTranslation("builder");
  const me = useMe().agent.id;
  const edit = useMay()("edit_bots") && draft.bot.status !== "archived";
  const [bot, setBot] = useState<OpenFaq | null>(null);
  useEffect(() => {
    let opened: OpenFaq | null = null;
    let isLeft = false;
    void openFaq({ draft, first, owner: me, readOnly: !edit }).then((made) => {
      opened = made;
      if (isLeft) void leaveBot(made);
      else setBot(made);
    });
    return () => {
      isLeft = true;
      if (opened) void leaveBot(opened);
    };
  }, [draft, first, me, edit]);
  return bot ? <Opened bot={bot} edit={edit} /> : <Loader aria-label={t("loading")} />;
}

function Opened({ bot: open, edit }: { bot: OpenFaq; edit: boolean }) {
  const { t } = useTranslation(["faq", "bots", "workspace"]);
  const { editor, saver } = open;
  const { document, findings } = useStore(editor.store);
  const { status, bot } = useStore(saver.store);
  const [words, setWords] = useState("");
  const [rows, setRows] = useState(ROWS);
  const [isPublishing, setPublishing] = useState(false);
  const change = (changes: Partial<FaqDocument>) => editor.change(changes);
  const { functionId } = editor;
  useSavedOnLeaving(saver);

  const all = found(document.entries, words);
  return (
    <Page
      title={document.name}
      titleParts={[document.name]}
      above={
        <AnchorLink to="/bots" size="sm" className="back">
          <IconArrowLeft size={16} aria-hidden /> {t("bots:title")}
        </AnchorLink>
      }
      lead={
        <>
          <span className="code">{functionId}</span>{" "}
          {bot?.live_version == null ? (
            <Tag>{t("bots:notLive")}</Tag>
          ) : (
            <Tag tone="success">{t("bots:version", { version: bot.live_version })}</Tag>
          )}{" "}
          {bot?.draft_changed && bot.live_version != null ? <Tag tone="info">{t("bots:changed")}</Tag> : null}
        </>
      }
      actions={
        edit ? (
          <>
            <SaveMark status={status} />
            <Button leftSection={<IconRocket size={16} aria-hidden />} onClick={() => setPublishing(true)}>
              {t("publish")}
            </Button>
          </>
        ) : null
      }
    >
      {status.kind === "conflict" ? <FaqConflict saver={saver} status={status} mine={document} /> : null}
      <div className={classes.both}>
        <Panel title={t("entries")} lead={t("entriesLead", { count: document.entries.length })} bare>
          <div className={classes.bar}>
            <SearchField label={t("search")} value={words} onChange={setWords} />
            {edit ? (
              <Button
                variant="default"
                leftSection={<IconPlus size={16} aria-hidden />}
                onClick={() => {
                  setWords("");
                  const id = freshId(document.entries, "q");
                  change({ entries: [{ id, question: "", answer: "" }, ...document.entries] });
                }}
              >
                {t("add")}
              </Button>
            ) : null}
          </div>
          {all.length === 0 ? <EmptyState text={t(words ? "emptyFiltered" : "empty")} /> : null}
          <ul className={classes.cards}>
            {all.slice(0, rows).map(({ entry, at }) => (
              <EntryCard
                key={entry.id}
                number={at + 1}
                question={entry.question}
                phrases={entry.variants ?? []}
                answer={entry.answer}
                language={entry.language ?? ""}
                readOnly={!edit}
                error={findings.find((it) => `${it.pointer ?? ""}/`.startsWith(`/entries/${at}/`))?.message}
                onChange={({ phrases, ...rest }) =>
                  change({
                    entries: document.entries.map((it) =>
                      it.id === entry.id ? { ...it, ...rest, ...(phrases ? { variants: phrases } : {}) } : it,
                    ),
                  })
                }
                onRemove={() => change({ entries: document.entries.filter((it) => it.id !== entry.id) })}
              />
            ))}
          </ul>
          {all.length > ROWS ? (
            <ShowMore shown={Math.min(rows, all.length)} count={all.length} step={ROWS} onMore={() => setRows(rows + ROWS)} />
          ) : null}
        </Panel>
        <div>
          <TryPanel document={document} />
          <Panel title={t("settings")}>
            <div className="stack">
              <TextInput
                label={t("name")}
                maxLength={200}
                readOnly={!edit}
                value={document.name}
                onChange={(event) => change({ name: event.currentTarget.value })}
              />
              <NumberInput
                label={t("threshold")}
                description={t("thresholdHint")}
                min={0}
                max={1}
                step={0.05}
                decimalScale={2}
                readOnly={!edit}
                value={document.threshold ?? THRESHOLD}
                onChange={(value) => change({ threshold: typeof value === "number" ? value : undefined })}
              />
              <Textarea
                label={t("noAnswer")}
                description={t("noAnswerHint")}
                autosize
                minRows={2}
                readOnly={!edit}
                value={document.no_answer ?? ""}
                onChange={(event) => change({ no_answer: event.currentTarget.value })}
              />
              <Textarea
                label={t("greeting")}
                autosize
                minRows={2}
                readOnly={!edit}
                value={document.greeting ?? ""}
                onChange={(event) => change({ greeting: event.currentTarget.value })}
              />
              <TagsInput
                label={t("hashtags")}
                description={t("hashtagsHint")}
                acceptValueOnBlur
                disabled={!edit}
                value={document.hashtags ?? []}
                onChange={(hashtags) => change({ hashtags: hashtags.map((it) => it.replace(/^#/, "")) })}
              />
            </div>
          </Panel>
          <SynonymsPanel groups={document.synonyms ?? []} readOnly={!edit} onChange={(synonyms) => change({ synonyms })} />
          {findings.length > 0 ? (
            <Panel title={t("findings")}>
              <ul className={classes.findings}>
                {findings.map((it) => (
                  <li key={`${it.code}${it.pointer}`}>{it.message}</li>
                ))}
              </ul>
            </Panel>
          ) : null}
        </div>
      </div>
      {isPublishing ? (
        <Suspense fallback={null}>
          <FaqPublishDialog bot={open} onClose={() => setPublishing(false)} />
        </Suspense>
      ) : null}
    </Page>
  );
}

/** Saves at once when somebody turns to something else: another tab, another window. */
function useSavedOnLeaving(saver: Saver<FaqDocument>): void {
  useEffect(() => {
    const save = () => void saver.flush();
    document.addEventListener("visibilitychange", save);
    addEventListener("blur", save);
    return () => {
      document.removeEventListener("visibilitychange", save);
      removeEventListener("blur", save);
    };
  }, [saver]);
}
