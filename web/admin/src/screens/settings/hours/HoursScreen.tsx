/** SETTINGS → Opening hours: when people are there, which bots ask by “within opening hours”. */
import { ActionIcon, Button, Checkbox, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Settings, settingsQuery, updateSettings } from "../../../api/settings.ts";
import { Page } from "../../../shell/Page.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { ProblemNote } from "../../../ui/ProblemNote.tsx";
import { QueryStates } from "../../../ui/QueryStates.tsx";
import { toast } from "../../../ui/toasts.ts";
import { typedSince } from "../../../ui/typedSince.ts";
import { DayHours } from "./DayHours.tsx";
import classes from "./HoursScreen.module.css";
import { faultOf, formOf, type HoursForm, hoursOf } from "./hoursForm.ts";

export function HoursScreen() {
  const { t } = useTranslation(["hours", "settings"]);
  const settings = useQuery(settingsQuery);
  return (
    <Page title={t("settings:menu.hours")} lead={settings.data ? t("lead", { zone: settings.data.time_zone }) : undefined} layout="narrow">
      <QueryStates query={settings} what={t("settings:menu.hours")}>
        {(it) => ("opening_hours" in it ? <Form settings={it} /> : <EmptyState text={t("missing")} />)}
      </QueryStates>
    </Page>
  );
}

function Form({ settings }: { settings: Settings }) {
  const { t } = useTranslation(["hours", "workspace"]);
  const queries = useQueryClient();
  const form = useForm<HoursForm>({ initialValues: formOf(settings.opening_hours) });
  const { values } = form;
  const isFaulty = !values.isAlways && values.days.some((it) => faultOf(it) !== null);
  const save = useMutation({
    mutationFn: (it: HoursForm) => updateSettings({ opening_hours: hoursOf(it) }),
    onSuccess: (saved, sent) => {
      queries.setQueryData(settingsQuery.queryKey, saved);
      const kept = formOf(saved.opening_hours);
      form.setInitialValues(kept);
      form.setValues((now) => typedSince(now as HoursForm, sent, kept));
      toast(t("saved"));
    },
  });
  return (
    <form onSubmit={form.onSubmit((it) => (isFaulty ? undefined : save.mutate(it)))} noValidate>
      <Panel title={t("weekly.title")}>
        <div className="stack">
          <Checkbox label={t("always")} description={t("alwaysHint")} {...form.getInputProps("isAlways", { type: "checkbox" })} />
          {values.isAlways
            ? null
            : values.days.map((day, at) => (
                <DayHours key={day.day} day={day} onChange={(spans) => form.setFieldValue(`days.${at}.spans`, spans)} />
              ))}
        </div>
      </Panel>
      {values.isAlways ? null : (
        <Panel title={t("closed.title")} lead={t("closed.lead")}>
          <div className="stack">
            {values.closed.map((_, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else that is its own
              <div key={at} className={classes.closed}>
                <TextInput type="date" label={t("closed.date")} {...form.getInputProps(`closed.${at}.date`)} />
                <TextInput label={t("closed.note")} maxLength={100} {...form.getInputProps(`closed.${at}.note`)} />
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={36}
                  aria-label={t("closed.remove", { at: at + 1 })}
                  onClick={() => form.removeListItem("closed", at)}
                >
                  <IconX size={18} aria-hidden />
                </ActionIcon>
              </div>
            ))}
            <Button
              className="start"
              size="xs"
              variant="default"
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() => form.insertListItem("closed", { date: "", note: "" })}
            >
              {t("closed.add")}
            </Button>
          </div>
        </Panel>
      )}
      <ProblemNote error={save.error} />
      <div className="form-bar" data-dirty={form.isDirty()}>
        <span className="muted small">{t(form.isDirty() ? "workspace:unsaved" : "workspace:allSaved")}</span>
        <Button variant="default" disabled={!form.isDirty()} onClick={() => form.reset()}>
          {t("workspace:discard")}
        </Button>
        <Button type="submit" loading={save.isPending} disabled={!form.isDirty() || isFaulty}>
          {t("common:save")}
        </Button>
      </div>
    </form>
  );
}
