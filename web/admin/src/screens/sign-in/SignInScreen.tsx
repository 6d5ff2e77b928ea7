/** Sign-in by e-mail address and password. */
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "../../api/client.ts";
import { meQuery } from "../../api/me.ts";
import { problemIn } from "../../api/problem.ts";
import { Page } from "../../shell/Page.tsx";

export function SignInScreen() {
  const { t } = useTranslation("sign-in");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => body(api.POST("/api/v1/admin/sign_in", { body: { email, password } })),
    onSuccess: async () => {
      await queries.fetchQuery({ ...meQuery, staleTime: 0 });
      await navigate({ to: "/bots" });
    },
  });
  const problem = problemIn(signIn.error);
  return (
    <main id="main">
      <Page title={t("title")} layout="narrow">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            signIn.mutate();
          }}
        >
          {problem ? <p role="alert">{problem.detail}</p> : null}
          <TextInput
            label={t("email")}
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label={t("password")}
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" mt="md" loading={signIn.isPending}>
            {t("submit")}
          </Button>
        </form>
      </Page>
    </main>
  );
}
