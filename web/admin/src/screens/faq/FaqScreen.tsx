/** A FAQ bot: its questions and answers, how well one must fit, and what is said when none does. */
import { Button, NumberInput, TagsInput, Textarea, TextInput } from "@mantine/core";
import { IconArrowLeft, IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Finding } from "../../api/bots.ts";
import { type FaqDocument, publishFaq, saveFaq } from "../../api/faq.ts";
import { useMay } from "../../api/me.ts";
import type { BotDraft } from "../../builder/api.ts";
import { Page } from "../../shell/Page.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { AnchorLink } from "../../ui/links.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { ShowMore } from "../../ui/ShowMore.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { toast } from "../../ui/toasts.ts";
import { EntryCard } from "./EntryCard.tsx";
import classes from "./Faq.module.css";
import { cleaned, found, freshId, THRESHOLD } from "./faqDocument.ts";
import { SynonymsPanel } from "./SynonymsPanel.tsx";
import { TryPanel } from "./TryPanel.tsx";

/** How many entries are drawn before somebody asks for more. */
const ROWS = 25;

export function FaqScreen({ draft, first }: { draft: BotDraft; first: FaqDocument }) {
  const { t } = useTranslation(["faq", "bots", "workspace"]);
  const queries = useQueryClient();
  const edit = useMay()("edit_bots") && draft.bot.status !== "archived";
  const [document, setDocument] = useState(first);
  const [kept, setKept] = useState(first);
  const [bot, setBot] = useState(draft.bot);
  const [findings, setFindings] = useState<Finding[]>([]);
  const [words, setWords] = useState("");
  const [rows, setRows] = useState(ROWS);
  const change = (changes: Partial<FaqDocument>) => setDocument({ ...document, ...changes });
  const isDirty = JSON.stringify(document) !== JSON.stringify(kept);
  const { function_id } = draft.bot;

  const keep = async () => {
    const clean = cleaned(document);
    const saved = await saveFaq(function_id, bot.draft_revision, clean);
    setBot(saved.bot);
    setFindings(saved.findings);
    setDocument(clean);
    setKept(clean);
    void queries.invalidateQueries({ queryKey: ["bots"] });
    return saved;
  };
  const save = useMutation({ mutationFn: keep, onSuccess: () => toast(t("saved")) });
  const live = useMutation({
    mutationFn: async () => {
      const saved = isDirty ? await keep() : { bot };
      return publishFaq(function_id, saved.bot.draft_revision);
    },
    onSuccess: ({ version }) => {
      setBot((it) => ({ ...it, live_version: version, draft_changed: false }));
      void queries.invalidateQueries({ queryKey: ["bots"] });
      toast(t("published", { version }));
    },
  });
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
          <span className="code">{function_id}</span>{" "}
          {bot.live_version == null ? (
            <Tag>{t("bots:notLive")}</Tag>
          ) : (
            <Tag tone="success">{t("bots:version", { version: bot.live_version })}</Tag>
          )}{" "}
          {bot.draft_changed && bot.live_version != null ? <Tag tone="info">{t("bots:changed")}</Tag> : null}
        </>
      }
      actions={
        edit ? (
          <>
            <Button variant="default" loading={save.isPending} disabled={!isDirty} onClick={() => save.mutate()}>
              {t("common:save")}
            </Button>
            <Button loading={live.isPending} onClick={() => live.mutate()}>
              {t("publish")}
            </Button>
          </>
        ) : null
      }
    >
      <ProblemNote error={save.error ?? live.error} />
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
    </Page>
  );
}
