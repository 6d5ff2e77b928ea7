/** Sign-in by e-mail address and password. */
import { Anchor, Button, PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "../../api/client.ts";
import { meQuery } from "../../api/me.ts";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import classes from "./Entry.module.css";
import { Entry } from "./Entry.tsx";
import { ownAddress } from "./ownAddress.ts";

export function SignInScreen() {
  const { t } = useTranslation("entry");
  const { next, why } = useSearch({ from: "/sign-in" });
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [several, setSeveral] = useState(false);
  const form = useForm({ initialValues: { email: "", password: "", workspace: "" } });
  const signIn = useMutation({
    mutationFn: ({ email, password, workspace }: typeof form.values) =>
      body(api.POST("/api/v1/admin/sign_in", { body: { email: email.trim(), password, workspace: workspace.trim() || undefined } })),
    onSuccess: async (me) => {
      queries.setQueryData(meQuery.queryKey, me);
      await navigate({ to: ownAddress(next) });
    },
    onError: () => form.setFieldValue("password", ""),
  });
  return (
    <Entry title={t("signIn.title")}>
      <form className={classes.form} onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
        {why && !signIn.isError ? (
          <p className={classes.note} role="status">
            {t(`signIn.why.${why}`)}
          </p>
        ) : null}
        <ProblemNote error={signIn.error} />
        <TextInput label={t("email")} type="email" autoComplete="username" required {...form.getInputProps("email")} />
        <PasswordInput
          label={t("password")}
          autoComplete="current-password"
          required
          visibilityToggleButtonProps={{ "aria-label": t("showPassword"), tabIndex: 0 }}
          {...form.getInputProps("password")}
        />
        {several ? <TextInput label={t("signIn.workspace")} autoComplete="organization" {...form.getInputProps("workspace")} /> : null}
        <Button type="submit" loading={signIn.isPending} fullWidth>
          {t("signIn.submit")}
        </Button>
        {several ? null : (
          <Anchor component="button" type="button" size="sm" onClick={() => setSeveral(true)}>
            {t("signIn.several")}
          </Anchor>
        )}
      </form>
    </Entry>
  );
}
