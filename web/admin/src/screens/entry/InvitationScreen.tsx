/** An invitation: the invited person chooses a password and is signed in. */
import { Button, PasswordInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "../../api/client.ts";
import { meQuery } from "../../api/me.ts";
import { problemIn } from "../../api/problem.ts";
import { inputErrors } from "../../ui/inputErrors.ts";
import { ButtonLink } from "../../ui/links.tsx";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import classes from "./Entry.module.css";
import { Entry } from "./Entry.tsx";

export function InvitationScreen() {
  const { t } = useTranslation("entry");
  const queries = useQueryClient();
  const navigate = useNavigate();
  // The secret came behind the `#`, which browsers send nowhere; it is not left in the address bar either.
  const [token] = useState(() => location.hash.slice(1));
  useEffect(() => {
    if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  }, []);
  const form = useForm({
    initialValues: { password: "", again: "" },
    validate: {
      password: (password) => (password.length >= 12 ? null : t("passwordShort")),
      again: (again, { password }) => (again === password ? null : t("passwordsDiffer")),
    },
  });
  const accept = useMutation({
    mutationFn: async ({ password }: typeof form.values) => {
      const agent = await body(api.POST("/api/v1/admin/invitations/accept", { body: { token, password } }));
      return body(api.POST("/api/v1/admin/sign_in", { body: { email: agent.email, password } }));
    },
    onSuccess: async (me) => {
      queries.setQueryData(meQuery.queryKey, me);
      await navigate({ to: "/" });
    },
    onError: async (error) => {
      const problem = problemIn(error);
      // The password is set, but the address is in several workspaces: the sign-in asks which.
      if (problem?.code === "sign_in_failed") await navigate({ to: "/sign-in" });
      else form.setErrors(inputErrors(problem, ["password"]));
    },
  });
  if (!token) {
    return (
      <Entry title={t("invitation.title")} lead={t("invitation.noToken")}>
        <ButtonLink to="/sign-in" variant="default" fullWidth>
          {t("signIn.title")}
        </ButtonLink>
      </Entry>
    );
  }
  return (
    <Entry title={t("invitation.title")} lead={t("invitation.lead")}>
      <form className={classes.form} onSubmit={form.onSubmit((values) => accept.mutate(values))} noValidate>
        <ProblemNote error={accept.error} />
        <PasswordInput
          label={t("password")}
          description={t("passwordHint")}
          autoComplete="new-password"
          required
          visibilityToggleButtonProps={{ "aria-label": t("showPassword"), tabIndex: 0 }}
          {...form.getInputProps("password")}
        />
        <PasswordInput
          label={t("passwordAgain")}
          autoComplete="new-password"
          required
          visibilityToggleButtonProps={{ "aria-label": t("showPassword"), tabIndex: 0 }}
          {...form.getInputProps("again")}
        />
        <Button type="submit" loading={accept.isPending} fullWidth>
          {t("invitation.submit")}
        </Button>
      </form>
    </Entry>
  );
}
