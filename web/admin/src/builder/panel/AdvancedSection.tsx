/** The Advanced panel: what goes to the webhook, and other things that most boxes do without. */
import { ActionIcon, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Setting } from "../catalogue/catalogue.ts";
import type { Schema } from "../catalogue/schema.ts";
import { useBuilder } from "../context.ts";
import { Form } from "../form/Form.tsx";
import type { Box } from "../model/document.ts";
import classes from "./AdvancedSection.module.css";
import { WebhookDetails } from "./WebhookDetails.tsx";

/** The setting that sends profile variables and flags to the webhook. */
const PUSH = "push_to_webhook";
const PATH = ["advanced"];

export interface AdvancedSectionProps {
  box: Box;
  root: Schema;
  settings: Setting[];
  /** Settings of the box itself that belong here. */
  apart: Setting[];
  value: Record<string, unknown>;
  onChange: (path: string[], value: unknown) => void;
  errorAt: (path: string[]) => string | undefined;
}

export function AdvancedSection({ box, root, settings, apart, value, onChange, errorAt }: AdvancedSectionProps) {
  const { t } = useTranslation("builder");
  const { readOnly } = useBuilder().editor;
  const form = (some: Setting[]) => (
    <Form settings={some} root={root} box={box} path={PATH} value={value} onChange={onChange} errorAt={errorAt} readOnly={readOnly} />
  );
  const push = settings.filter((it) => it.key === PUSH);
  return (
    <>
      {form(push)}
      {push.length && value[PUSH] === true ? <WebhookDetails box={box} /> : null}
      <Form settings={apart} root={root} box={box} value={box} onChange={onChange} errorAt={errorAt} readOnly={readOnly} />
      {form(settings.filter((it) => it.key !== PUSH))}
      <div className={classes.id}>
        <span>{t("panel.box_id")}</span>
        <code>{box.id}</code>
        <CopyButton value={box.id}>
          {({ copied, copy }) => (
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t(copied ? "panel.copied" : "panel.copy_id")} onClick={copy}>
              {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
            </ActionIcon>
          )}
        </CopyButton>
      </div>
    </>
  );
}
