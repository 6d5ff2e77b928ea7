/** My account: who one is here, the password, and the browsers that are signed in. */
import { Button, PasswordInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type BrowserSession, browserSessionsQuery, changePassword, endBrowserSession } from "../../api/account.ts";
import { useMay, useMe } from "../../api/me.ts";
import { problemIn } from "../../api/problem.ts";
import { Page } from "../../shell/Page.tsx";
import { inputErrors } from "../../ui/inputErrors.ts";
import { Panel } from "../../ui/Panel.tsx";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { QueryStates } from "../../ui/QueryStates.tsx";
import { toast } from "../../ui/toasts.ts";
import classes from "./AccountScreen.module.css";
import { AlertsPanel } from "./AlertsPanel.tsx";
import { BrowserLine, BrowserLines } from "./BrowserLine.tsx";
import { browserName } from "./browserName.ts";
import { NotificationsPanel } from "./NotificationsPanel.tsx";
import { PreferencesPanel } from "./PreferencesPanel.tsx";

export function AccountScreen() {
  const { t } = useTranslation(["account", "common"]);
  const { agent, workspace } = useMe();
  const may = useMay();
  return (
    <Page title={t("title")} layout="narrow">
      <Panel title={agent.name}>
        <dl className={classes.facts}>
          <div>
            <dt>{t("email")}</dt>
            <dd>{agent.email}</dd>
          </div>
          <div>
            <dt>{t("role")}</dt>
            <dd>{t(`common:roles.${agent.role}`)}</dd>
          </div>
          <div>
            <dt>{t("workspace")}</dt>
            <dd>{workspace.name}</dd>
          </div>
        </dl>
      </Panel>
      <PreferencesPanel />
      {may("answer_chats") ? <AlertsPanel /> : null}
      <NotificationsPanel />
      <Password />
      <Sessions />
    </Page>
  );
}

function Password() {
  const { t } = useTranslation(["account", "entry"]);
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { old_password: "", new_password: "", again: "" },
    validate: {
      new_password: (password) => (password.length >= 12 ? null : t("entry:passwordShort")),
      again: (again, { new_password }) => (again === new_password ? null : t("entry:passwordsDiffer")),
    },
  });
  const change = useMutation({
    mutationFn: ({ old_password, new_password }: typeof form.values) => changePassword(old_password, new_password),
    onSuccess: async () => {
      form.reset();
      toast(t("password.changed"));
      await queries.invalidateQueries({ queryKey: browserSessionsQuery.queryKey });
    },
    onError: (error) => form.setErrors(inputErrors(problemIn(error), ["old_password", "new_password"])),
  });
  const toggle = { "aria-label": t("entry:showPassword"), tabIndex: 0 };
  return (
    <Panel title={t("password.title")} lead={t("password.lead")}>
      <form className="stack" onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
        {/* Tells password managers whose password this is. */}
        <input type="hidden" autoComplete="username" value={useMe().agent.email} readOnly />
        <PasswordInput
          label={t("password.old")}
          autoComplete="current-password"
          visibilityToggleButtonProps={toggle}
          {...form.getInputProps("old_password")}
        />
        <PasswordInput
          label={t("password.new")}
          description={t("entry:passwordHint")}
          autoComplete="new-password"
          visibilityToggleButtonProps={toggle}
          {...form.getInputProps("new_password")}
        />
        <PasswordInput
          label={t("password.again")}
          autoComplete="new-password"
          visibilityToggleButtonProps={toggle}
          {...form.getInputProps("again")}
        />
        <ProblemNote error={change.error} />
        <Button type="submit" className="start" loading={change.isPending} disabled={!form.isDirty()}>
          {t("password.submit")}
        </Button>
      </form>
    </Panel>
  );
}

function Sessions() {
  const { t } = useTranslation("account");
  const sessions = useQuery(browserSessionsQuery);
  return (
    <Panel title={t("sessions.title")} lead={t("sessions.lead")}>
      <QueryStates query={sessions} what={t("sessions.title")}>
        {(all) => (
          <BrowserLines>
            {[...all].reverse().map((it) => (
              <Session key={it.id} session={it} />
            ))}
          </BrowserLines>
        )}
      </QueryStates>
    </Panel>
  );
}

function Session({ session }: { session: BrowserSession }) {
  const { t } = useTranslation("account");
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () => endBrowserSession(session.id),
    onSuccess: async () => {
      toast(t("sessions.ended"));
      await queries.invalidateQueries({ queryKey: browserSessionsQuery.queryKey });
    },
  });
  const name = browserName(session.user_agent);
  return (
    <BrowserLine session={session} error={end.error}>
      {session.current ? null : (
        <Button
          size="xs"
          variant="default"
          loading={end.isPending}
          onClick={() => end.mutate()}
          aria-label={t("sessions.endWhat", { name: name ?? t("sessions.unknown"), address: session.address })}
        >
          {t("sessions.end")}
        </Button>
      )}
    </BrowserLine>
  );
}
