/** SETTINGS → Chit-chat: what every bot answers to greetings, thanks and the like, when nothing else fits. */
import { Button, Checkbox } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ChitChat, chitChatQuery, saveChitChat } from "../../../api/faq.ts";
import { useMay } from "../../../api/me.ts";
import { problemIn } from "../../../api/problem.ts";
import { Page } from "../../../shell/Page.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { ProblemNote } from "../../../ui/ProblemNote.tsx";
import { QueryStates } from "../../../ui/QueryStates.tsx";
import { toast } from "../../../ui/toasts.ts";
import { EntryCard } from "../../faq/EntryCard.tsx";
import classes from "../../faq/Faq.module.css";
import { freshId } from "../../faq/faqDocument.ts";

export function ChitChatScreen() {
  const { t } = useTranslation(["faq", "settings"]);
  const script = useQuery({ ...chitChatQuery, refetchOnWindowFocus: false });
  return (
    <Page title={t("settings:menu.chitChat")} lead={t("chitChat.lead")} layout="narrow">
      <QueryStates query={script} what={t("settings:menu.chitChat")}>
        {(it) => <Script script={it} />}
      </QueryStates>
    </Page>
  );
}

function Script({ script }: { script: ChitChat }) {
  const { t } = useTranslation(["faq", "workspace"]);
  const edit = useMay()("edit_bots");
  const queries = useQueryClient();
  const [now, setNow] = useState(script);
  const isDirty = JSON.stringify(now) !== JSON.stringify(script);
  const save = useMutation({
    mutationFn: saveChitChat,
    onSuccess: (saved, sent) => {
      queries.setQueryData(chitChatQuery.queryKey, saved);
      // What was changed meanwhile is not saved, and not lost.
      setNow((now) => (now === sent ? saved : now));
      toast(t("chitChat.saved"));
    },
  });
  const errors = problemIn(save.error)?.errors ?? [];
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(now);
      }}
    >
      <Checkbox
        label={t("chitChat.enabled")}
        description={t("chitChat.enabledHint")}
        disabled={!edit}
        checked={now.enabled}
        onChange={(event) => setNow({ ...now, enabled: event.currentTarget.checked })}
      />
      {now.entries.length === 0 ? <EmptyState text={t("chitChat.empty")} /> : null}
      <ul className={classes.cards}>
        {now.entries.map((entry, at) => (
          <EntryCard
            key={entry.id}
            number={at + 1}
            phrases={entry.phrases}
            answer={entry.answer}
            language={entry.language ?? ""}
            readOnly={!edit}
            error={errors.find((it) => it.pointer.startsWith(`/entries/${at}/`))?.message}
            onChange={({ phrases, answer, language }) =>
              setNow({
                ...now,
                entries: now.entries.map((it) =>
                  it.id === entry.id
                    ? {
                        ...it,
                        ...(phrases ? { phrases } : {}),
                        ...(answer === undefined ? {} : { answer }),
                        ...(language === undefined ? {} : { language: language || undefined }),
                      }
                    : it,
                ),
              })
            }
            onRemove={() => setNow({ ...now, entries: now.entries.filter((it) => it.id !== entry.id) })}
          />
        ))}
      </ul>
      {edit ? (
        <Button
          className="start"
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => setNow({ ...now, entries: [...now.entries, { id: freshId(now.entries, "c"), phrases: [], answer: "" }] })}
        >
          {t("chitChat.add")}
        </Button>
      ) : null}
      <ProblemNote error={save.error} />
      {edit ? (
        <div className="form-bar" data-dirty={isDirty}>
          <span className="muted small">{t(isDirty ? "workspace:unsaved" : "workspace:allSaved")}</span>
          <Button variant="default" disabled={!isDirty} onClick={() => setNow(script)}>
            {t("workspace:discard")}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!isDirty}>
            {t("common:save")}
          </Button>
        </div>
      ) : null}
    </form>
  );
}
