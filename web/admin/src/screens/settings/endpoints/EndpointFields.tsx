/** The inputs of an endpoint, for a new one and for one that is there. */
import { ActionIcon, Button, Checkbox, NumberInput, PasswordInput, Radio, Select, TagsInput, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { flagNamesQuery } from "../../../api/definitions.ts";
import { publishedBotsQuery } from "../../../api/published.ts";
import { Panel } from "../../../ui/Panel.tsx";
import classes from "./EndpointFields.module.css";
import { EventTree } from "./EventTree.tsx";
import type { EndpointValues } from "./endpointForm.ts";

export type EndpointFormType = UseFormReturnType<EndpointValues>;

export function EndpointFields({ form }: { form: EndpointFormType }) {
  const { t } = useTranslation("endpoints");
  const { values } = form;
  return (
    <>
      <Panel title={t("where.title")}>
        <div className="stack">
          <TextInput
            label={t("where.url")}
            description={t("where.urlHint")}
            type="url"
            inputMode="url"
            placeholder="https://portal.example/webhooks/smartbot"
            {...form.getInputProps("url")}
          />
          <TextInput label={`${t("where.description")} (${t("common:optional")})`} maxLength={500} {...form.getInputProps("description")} />
        </div>
      </Panel>
      <Panel title={t("events.title")} lead={t("events.lead")}>
        <div className="stack">
          <Radio.Group aria-label={t("events.title")} {...form.getInputProps("selection")}>
            <div className="stack">
              <Radio value="all" label={t("events.takeAll")} description={t("events.takeAllHint")} />
              <Radio value="chosen" label={t("events.takeChosen")} />
            </div>
          </Radio.Group>
          {values.selection === "chosen" ? (
            <EventTree
              chosen={values.types}
              onChange={(types) => form.setFieldValue("types", types)}
              error={typeof form.errors.types === "string" ? form.errors.types : undefined}
            />
          ) : null}
          <Filters form={form} />
        </div>
      </Panel>
      <Panel title={t("payload.title")} lead={t("payload.lead")}>
        <Radio.Group aria-label={t("payload.title")} {...form.getInputProps("detail")}>
          <div className="stack">
            <Radio value="full" label={t("payload.full")} description={t("payload.fullHint")} />
            <Radio value="ids_only" label={t("payload.idsOnly")} description={t("payload.idsOnlyHint")} />
          </div>
        </Radio.Group>
      </Panel>
      <Panel title={t("sending.title")}>
        <div className="stack">
          <Checkbox
            label={t("sending.ordered")}
            description={t("sending.orderedHint")}
            {...form.getInputProps("ordered", { type: "checkbox" })}
          />
          <div className={classes.pair}>
            <NumberInput
              label={`${t("sending.rate")} (${t("common:optional")})`}
              description={t("sending.rateHint")}
              min={1}
              max={1000}
              allowDecimal={false}
              {...form.getInputProps("rate")}
            />
            <NumberInput
              label={t("sending.timeout")}
              description={t("sending.timeoutHint")}
              min={1}
              max={30}
              allowDecimal={false}
              {...form.getInputProps("timeout")}
            />
          </div>
          <Select
            label={t("sending.signature")}
            description={t(`sending.signatures.${values.signature}Hint`)}
            allowDeselect={false}
            data={(["v1", "v1a", "both"] as const).map((value) => ({ value, label: t(`sending.signatures.${value}`) }))}
            {...form.getInputProps("signature")}
          />
        </div>
      </Panel>
      <Headers form={form} />
    </>
  );
}

function Filters({ form }: { form: EndpointFormType }) {
  const { t } = useTranslation("endpoints");
  const bots = useQuery(publishedBotsQuery);
  const flags = useQuery(flagNamesQuery);
  return (
    <div className={classes.pair}>
      <TagsInput
        label={`${t("filter.bots")} (${t("common:optional")})`}
        description={t("filter.botsHint")}
        data={bots.data?.map((it) => it.function_id) ?? []}
        acceptValueOnBlur
        {...form.getInputProps("functionIds")}
      />
      <TagsInput
        label={`${t("filter.flags")} (${t("common:optional")})`}
        description={t("filter.flagsHint")}
        data={flags.data ?? []}
        acceptValueOnBlur
        {...form.getInputProps("flags")}
      />
    </div>
  );
}

function Headers({ form }: { form: EndpointFormType }) {
  const { t } = useTranslation("endpoints");
  const lines = form.values.headers;
  const next = () => Math.max(-1, ...lines.map((it) => it.key)) + 1;
  return (
    <Panel title={t("headers.title")} lead={t("headers.lead")}>
      <div className="stack">
        {lines.length > 0 ? (
          <ul className={classes.headers}>
            {lines.map((line, index) => (
              <li key={line.key}>
                <TextInput
                  label={t("headers.name")}
                  readOnly={line.kept}
                  spellCheck={false}
                  classNames={{ input: "code" }}
                  {...form.getInputProps(`headers.${index}.name`)}
                />
                {line.kept ? (
                  <div className={classes.kept}>
                    <span className="muted small">{t("headers.kept")}</span>
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      onClick={() => form.setFieldValue(`headers.${index}.kept`, false)}
                      aria-label={t("headers.replaceWhat", { name: line.name })}
                    >
                      {t("headers.replace")}
                    </Button>
                  </div>
                ) : (
                  <PasswordInput
                    label={t("headers.value")}
                    autoComplete="off"
                    visibilityToggleButtonProps={{ "aria-label": t("headers.show"), tabIndex: 0 }}
                    {...form.getInputProps(`headers.${index}.value`)}
                  />
                )}
                <ActionIcon
                  variant="subtle"
                  color="red"
                  size="lg"
                  aria-label={t("headers.removeWhat", { name: line.name || index + 1 })}
                  onClick={() => form.removeListItem("headers", index)}
                >
                  <IconTrash size={18} aria-hidden />
                </ActionIcon>
              </li>
            ))}
          </ul>
        ) : null}
        <Button
          size="xs"
          variant="default"
          className={classes.add}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => form.insertListItem("headers", { key: next(), name: "", value: "", kept: false })}
        >
          {t("headers.add")}
        </Button>
      </div>
    </Panel>
  );
}
