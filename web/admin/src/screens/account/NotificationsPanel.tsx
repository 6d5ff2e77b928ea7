/** By what the server tells an agent of chats and webhooks, and when it is to keep quiet. */
import { Button, Checkbox, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "../../api/me.ts";
import {
  chooseNotifications,
  MEDIA,
  type NotificationChoice,
  notificationChoiceQuery,
  TOLD_OF_CHATS,
  TOLD_OF_WEBHOOKS,
} from "../../api/notifications.ts";
import { problemIn } from "../../api/problem.ts";
import { Panel } from "../../ui/Panel.tsx";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { QueryStates } from "../../ui/QueryStates.tsx";
import { toast } from "../../ui/toasts.ts";
import { typedSince } from "../../ui/typedSince.ts";
import classes from "./ChoiceTable.module.css";

const QUIET = { from: "20:00", to: "07:00" };

export function NotificationsPanel() {
  const { t } = useTranslation("notifications");
  const choice = useQuery(notificationChoiceQuery);
  // A server that does not notify has nothing to choose.
  if (problemIn(choice.error)?.status === 404) return null;
  return (
    <Panel title={t("title")} lead={t("lead")}>
      <QueryStates query={choice} what={t("title")}>
        {(it) => <Form choice={it} />}
      </QueryStates>
    </Panel>
  );
}

function Form({ choice }: { choice: NotificationChoice }) {
  const { t } = useTranslation(["notifications", "common"]);
  const queries = useQueryClient();
  const form = useForm<NotificationChoice>({
    initialValues: choice,
    validate: {
      vacation: (it) => (it && !(it.from && it.until && it.from <= it.until) ? t("vacation.rule") : null),
      quiet_hours: (it) => (it && !(it.from && it.to && it.from !== it.to) ? t("quiet.rule") : null),
    },
  });
  const kinds = useMay()("manage_webhooks") ? [...TOLD_OF_CHATS, ...TOLD_OF_WEBHOOKS] : TOLD_OF_CHATS;
  const { values, errors } = form;
  const save = useMutation({
    mutationFn: ({ desktop, email, quiet_hours, vacation }: NotificationChoice) =>
      chooseNotifications({ desktop, email, quiet_hours, vacation }),
    onSuccess: (saved, sent) => {
      queries.setQueryData(notificationChoiceQuery.queryKey, saved);
      form.setInitialValues(saved);
      form.setValues((now) => typedSince(now as NotificationChoice, sent, saved));
      toast(t("saved"));
    },
  });
  const today = new Date().toISOString().slice(0, 10);
  return (
    <form className="stack" onSubmit={form.onSubmit((it) => save.mutate(it))} noValidate>
      <table className={classes.table}>
        <caption className="visually-hidden">{t("title")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("what")}</th>
            {MEDIA.map((it) => (
              <th key={it} scope="col">
                {t(`ways.${it}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {kinds.map((told) => (
            <tr key={told}>
              <th scope="row">{t(`told.${told}`)}</th>
              {MEDIA.map((medium) => (
                <td key={medium}>
                  <Checkbox
                    aria-label={t("of", { what: t(`told.${told}`), way: t(`ways.${medium}`) })}
                    {...form.getInputProps(`${medium}.${told}`, { type: "checkbox" })}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Checkbox
        label={t("quiet.title")}
        description={t("quiet.hint")}
        checked={values.quiet_hours !== null}
        onChange={(event) => form.setFieldValue("quiet_hours", event.currentTarget.checked ? QUIET : null)}
      />
      {values.quiet_hours ? (
        <div className={classes.pair}>
          <TextInput type="time" label={t("quiet.from")} {...form.getInputProps("quiet_hours.from")} error={errors.quiet_hours} />
          <TextInput type="time" label={t("quiet.to")} {...form.getInputProps("quiet_hours.to")} />
        </div>
      ) : null}
      <Checkbox
        label={t("vacation.title")}
        description={t("vacation.hint")}
        checked={values.vacation !== null}
        onChange={(event) => form.setFieldValue("vacation", event.currentTarget.checked ? { from: today, until: today } : null)}
      />
      {values.vacation ? (
        <div className={classes.pair}>
          <TextInput type="date" label={t("vacation.from")} {...form.getInputProps("vacation.from")} error={errors.vacation} />
          <TextInput type="date" label={t("vacation.until")} {...form.getInputProps("vacation.until")} />
        </div>
      ) : null}
      <ProblemNote error={save.error} />
      <Button className="start" type="submit" loading={save.isPending} disabled={!form.isDirty()}>
        {t("common:save")}
      </Button>
    </form>
  );
}
