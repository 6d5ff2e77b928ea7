/** The first run: makes the workspace and its owner, with the code that the server printed. */
import { Button, PasswordInput, Select, TextInput } from "@mantine/core";
import { type FormErrors, useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { meQuery } from "../../api/me.ts";
import { problemIn } from "../../api/problem.ts";
import { setUp, setupQuery } from "../../api/setup.ts";
import { inputErrors } from "../../ui/inputErrors.ts";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { timeZones } from "../../ui/timeZones.ts";
import classes from "./Entry.module.css";
import { Entry } from "./Entry.tsx";

const INPUTS = ["code", "workspace", "time_zone", "name", "email", "password"];

export function SetupScreen() {
  const { t } = useTranslation("entry");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: {
      code: "",
      workspace: "",
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      name: "",
      email: "",
      password: "",
    },
    validate: {
      code: (code) => (code.trim() ? null : t("needed")),
      workspace: (workspace) => (workspace.trim() ? null : t("needed")),
      name: (name) => (name.trim() ? null : t("needed")),
      email: (email) => (/^\S+@\S+$/.test(email.trim()) ? null : t("emailNeeded")),
      password: (password) => (password.length >= 12 ? null : t("passwordShort")),
    },
  });
  const make = useMutation({
    mutationFn: (values: typeof form.values) => setUp({ ...values, code: values.code.trim(), email: values.email.trim() }),
    onSuccess: async (me) => {
      queries.setQueryData(setupQuery.queryKey, { needed: false });
      queries.setQueryData(meQuery.queryKey, me);
      await queries.fetchQuery({ ...meQuery, staleTime: 0 });
      await navigate({ to: "/" });
    },
    onError: async (error) => {
      const problem = problemIn(error);
      if (problem?.code === "already_set_up") {
        // Somebody else was faster, or the answer of the first try was lost.
        queries.setQueryData(setupQuery.queryKey, { needed: false });
        await navigate({ to: "/sign-in", search: { why: "setUp" } });
        return;
      }
      const errors = inputErrors(problem, INPUTS);
      form.setErrors(errors);
      goToFirst(errors);
    },
  });
  const goToFirst = (errors: FormErrors) => {
    const first = INPUTS.find((it) => errors[it]);
    if (first) form.getInputNode(first)?.focus();
  };
  return (
    <Entry title={t("setup.title")} lead={t("setup.lead")}>
      <form className={classes.form} onSubmit={form.onSubmit((values) => make.mutate(values), goToFirst)} noValidate>
        {Object.keys(inputErrors(problemIn(make.error), INPUTS)).length ? null : <ProblemNote error={make.error} />}
        <TextInput
          label={t("setup.code")}
          description={t("setup.codeHint")}
          autoComplete="one-time-code"
          required
          {...form.getInputProps("code")}
        />
        <TextInput label={t("setup.workspace")} autoComplete="organization" required maxLength={100} {...form.getInputProps("workspace")} />
        <Select label={t("setup.timeZone")} data={timeZones()} searchable allowDeselect={false} {...form.getInputProps("time_zone")} />
        <TextInput label={t("setup.name")} autoComplete="name" required {...form.getInputProps("name")} />
        <TextInput label={t("email")} type="email" autoComplete="username" required {...form.getInputProps("email")} />
        <PasswordInput
          label={t("password")}
          description={t("passwordHint")}
          autoComplete="new-password"
          required
          visibilityToggleButtonProps={{ "aria-label": t("showPassword"), tabIndex: 0 }}
          {...form.getInputProps("password")}
        />
        <Button type="submit" loading={make.isPending} fullWidth>
          {t("setup.submit")}
        </Button>
      </form>
    </Entry>
  );
}
