/** A ready-made bot: what it does, what it needs, and the button that makes one's own of it. */
import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { type BotSummary, botsQuery, type Template } from "../../api/bots.ts";
import { useMay } from "../../api/me.ts";
import { Tag } from "../../ui/Tag.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import classes from "./TemplatesScreen.module.css";

const NewBotDialog = lazy(async () => ({ default: (await import("../bots/NewBotDialog.tsx")).NewBotDialog }));

interface Props {
  template: Template;
  /** Of its heading. */
  level: 2 | 3;
}

export function TemplateCard({ template, level }: Props) {
  const { t, i18n } = useTranslation("templates");
  const edit = useMay()("edit_bots");
  const queries = useQueryClient();
  const format = useFormat();
  const [opened, setOpened] = useState(false);
  const taken = () => {
    const of = (status: BotSummary["status"]) => queries.getQueryData(botsQuery(status).queryKey)?.pages.flatMap((page) => page.data) ?? [];
    return new Set([...of("active"), ...of("archived")].map((it) => it.function_id));
  };
  const kinds = [...new Set(template.needs.map((it) => it.kind))];
  const Heading = `h${level}` as const;
  const language = new Intl.DisplayNames(i18n.language, { type: "language" }).of(template.language);
  return (
    <article className={classes.card}>
      <Heading className={classes.name} lang={template.language}>
        {template.name}
      </Heading>
      <p className={classes.text} lang={template.language}>
        {template.description}
      </p>
      <div className={classes.tags}>
        <Tag>{language}</Tag>
        <Tag>{t("boxes", { count: template.boxes })}</Tag>
        {kinds.map((it) => (
          <Tag key={it} tone="info">
            {t(`needs.${it}`, { count: template.needs.filter((need) => need.kind === it).length })}
          </Tag>
        ))}
      </div>
      {template.needs.length > 0 ? (
        <p className={classes.needs}>{t("needsList", { names: format.list(template.needs.map((it) => it.name)) })}</p>
      ) : null}
      {edit ? (
        <Button variant="light" onClick={() => setOpened(true)} aria-label={t("useWhat", { name: template.name })}>
          {t("use")}
        </Button>
      ) : null}
      {opened ? (
        <Suspense fallback={null}>
          <NewBotDialog from={{ kind: "template", template }} taken={taken()} onClose={() => setOpened(false)} />
        </Suspense>
      ) : null}
    </article>
  );
}
