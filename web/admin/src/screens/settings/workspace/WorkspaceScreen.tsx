/** SETTINGS → Workspace: name, time zone, languages, how long chat logs are kept, and what holds for agents and tokens. */
import { Alert, Button, Checkbox, MultiSelect, NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { meQuery } from "../../../api/me.ts";
import { problemIn } from "../../../api/problem.ts";
import { type Settings, settingsQuery, updateSettings } from "../../../api/settings.ts";
import { Page } from "../../../shell/Page.tsx";
import { ConfirmDialog } from "../../../ui/ConfirmDialog.tsx";
import { inputErrors } from "../../../ui/inputErrors.ts";
import { LANGUAGE_CODES, languageNames } from "../../../ui/languageNames.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { ProblemNote } from "../../../ui/ProblemNote.tsx";
import { QueryStates } from "../../../ui/QueryStates.tsx";
import { timeZones } from "../../../ui/timeZones.ts";
import { toast } from "../../../ui/toasts.ts";
import { typedSince } from "../../../ui/typedSince.ts";
import { changedSettings, isShorter, regions } from "./settingsForm.ts";

export function WorkspaceScreen() {
  const { t } = useTranslation(["workspace", "settings"]);
  const settings = useQuery(settingsQuery);
  return (
    <Page title={t("settings:menu.workspace")} layout="narrow">
      <QueryStates query={settings} what={t("settings:menu.workspace")}>
        {(it) => <Form settings={it} />}
      </QueryStates>
    </Page>
  );
}

function Form({ settings }: { settings: Settings }) {
  const { t, i18n } = useTranslation("workspace");
  const queries = useQueryClient();
  const form = useForm<Settings>({ initialValues: settings });
  const save = useMutation({
    mutationFn: (values: Settings) => updateSettings(changedSettings(settings, values)),
    onSuccess: (saved, sent) => {
      queries.setQueryData(settingsQuery.queryKey, saved);
      // Its name is in the header.
      void queries.invalidateQueries({ queryKey: meQuery.queryKey });
      form.setInitialValues(saved);
      form.setValues((now) => typedSince(now as Settings, sent, saved));
      toast(t("saved"));
    },
    onError: (error) => form.setErrors(inputErrors(problemIn(error), Object.keys(settings))),
  });
  const [asks, setAsks] = useState(false);
  const has = (key: keyof Settings) => key in settings;
  const { values } = form;
  const shortened = isShorter(settings.retention_days, values.retention_days);
  return (
    <form onSubmit={form.onSubmit((it) => (shortened ? setAsks(true) : save.mutate(it)))} noValidate>
      <Panel title={t("place.title")}>
        <div className="stack">
          {has("name") ? <TextInput label={t("name")} maxLength={100} {...form.getInputProps("name")} /> : null}
          <Select
            label={t("timeZone")}
            description={t("timeZoneHint")}
            data={timeZones()}
            searchable
            allowDeselect={false}
            {...form.getInputProps("time_zone")}
          />
          <Select
            label={t("region")}
            description={t("regionHint")}
            data={regions(i18n.language)}
            searchable
            allowDeselect={false}
            {...form.getInputProps("region")}
          />
          {has("language") ? (
            <Select
              label={t("language")}
              data={languageNames(LANGUAGE_CODES, i18n.language)}
              searchable
              allowDeselect={false}
              {...form.getInputProps("language")}
            />
          ) : null}
          {has("languages") ? (
            <MultiSelect
              label={t("languages")}
              description={t("languagesHint")}
              data={languageNames(LANGUAGE_CODES, i18n.language)}
              searchable
              {...form.getInputProps("languages")}
            />
          ) : null}
        </div>
      </Panel>
      {has("retention_days") ? (
        <Panel title={t("retention.title")} lead={t("retention.lead")}>
          <div className="stack">
            <Checkbox
              label={t("retention.forEver")}
              checked={values.retention_days === null}
              onChange={(event) => form.setFieldValue("retention_days", event.currentTarget.checked ? null : 2190)}
            />
            {values.retention_days === null ? null : (
              <NumberInput
                label={t("retention.days")}
                description={t("retention.hint")}
                min={1}
                max={36_500}
                allowDecimal={false}
                {...form.getInputProps("retention_days")}
              />
            )}
            {shortened ? (
              <Alert color="orange" role="status">
                {t("retention.warning", { count: values.retention_days ?? 0 })}
              </Alert>
            ) : null}
          </div>
        </Panel>
      ) : null}
      <Panel title={t("agents.title")}>
        <div className="stack">
          <NumberInput
            label={t("agents.idle")}
            description={t("agents.idleHint")}
            min={1}
            max={720}
            allowDecimal={false}
            {...form.getInputProps("idle_minutes")}
          />
          {values.desk ? (
            <NumberInput
              label={t("agents.missed")}
              description={t("agents.missedHint")}
              min={30}
              max={86_400}
              allowDecimal={false}
              {...form.getInputProps("desk.missed_after_seconds")}
            />
          ) : null}
        </div>
      </Panel>
      <Panel title={t("api.title")}>
        <div className="stack">
          <Checkbox
            label={t("api.newFields")}
            description={t("api.newFieldsHint")}
            {...form.getInputProps("allow_new_fields", { type: "checkbox" })}
          />
          <TagsInput
            label={`${t("api.origins")} (${t("common:optional")})`}
            description={t("api.originsHint")}
            placeholder={values.allowed_origins.length === 0 ? "https://www.clinic.example" : undefined}
            splitChars={[",", " "]}
            acceptValueOnBlur
            {...form.getInputProps("allowed_origins")}
          />
          <NumberInput
            label={t("api.calls")}
            description={t("api.callsHint")}
            min={0}
            max={1_000_000}
            allowDecimal={false}
            {...form.getInputProps("token_calls_per_minute")}
          />
        </div>
      </Panel>
      <ProblemNote error={save.error} />
      {asks ? (
        <ConfirmDialog
          title={t("retention.confirmTitle")}
          act={t("retention.confirm")}
          onAct={async () => {
            // What is refused is told in the form, beside its input.
            await save.mutateAsync(values).catch(() => undefined);
          }}
          onClose={() => setAsks(false)}
        >
          <p>{t("retention.confirmText", { count: values.retention_days ?? 0 })}</p>
        </ConfirmDialog>
      ) : null}
      <div className="form-bar" data-dirty={form.isDirty()}>
        <span className="muted small">{form.isDirty() ? t("unsaved") : t("allSaved")}</span>
        <Button variant="default" disabled={!form.isDirty()} onClick={() => form.reset()}>
          {t("discard")}
        </Button>
        <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
          {t("common:save")}
        </Button>
      </div>
    </form>
  );
}
