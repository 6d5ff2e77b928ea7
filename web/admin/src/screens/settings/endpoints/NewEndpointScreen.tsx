/** Adds a webhook endpoint. */
import { Button, Checkbox } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconArrowLeft } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemIn } from "../../../api/problem.ts";
import { createEndpoint, endpointsQuery } from "../../../api/webhooks.ts";
import { Page } from "../../../shell/Page.tsx";
import { AnchorLink, ButtonLink } from "../../../ui/links.tsx";
import { ProblemNote } from "../../../ui/ProblemNote.tsx";
import { toast } from "../../../ui/toasts.ts";
import { EndpointFields } from "./EndpointFields.tsx";
import { type EndpointValues, NEW_ENDPOINT, wishOf } from "./endpointForm.ts";
import { endpointErrors, useEndpointRules } from "./endpointRules.ts";
import { testResultKey } from "./TestPanel.tsx";

export function NewEndpointScreen() {
  // All words that its parts need: loaded later, they would take the screen away for a moment.
  const { t } = useTranslation(["endpoints", "events", "deliveries"]);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [check, setCheck] = useState(true);
  const form = useForm<EndpointValues>({ initialValues: NEW_ENDPOINT, validate: useEndpointRules() });
  const create = useMutation({
    mutationFn: (values: EndpointValues) => createEndpoint({ ...wishOf(values), check }),
    onSuccess: async (made) => {
      void queries.invalidateQueries({ queryKey: endpointsQuery.queryKey });
      if (made.check) queries.setQueryData(testResultKey(made.id), made.check);
      toast(t("added"));
      await navigate({ to: "/settings/advanced/api-and-webhook/endpoints/$endpointId", params: { endpointId: made.id } });
    },
    onError: (error) => form.setErrors(endpointErrors(problemIn(error))),
  });
  return (
    <Page
      title={t("new.title")}
      titleParts={[t("new.title")]}
      above={
        <AnchorLink to="/settings/advanced/api-and-webhook/endpoints" size="sm" className="back">
          <IconArrowLeft size={16} aria-hidden /> {t("title")}
        </AnchorLink>
      }
    >
      <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
        <EndpointFields form={form} />
        <div className="stack">
          <Checkbox
            label={t("new.check")}
            description={t("new.checkHint")}
            checked={check}
            onChange={(event) => setCheck(event.currentTarget.checked)}
          />
          <ProblemNote error={create.error} />
          <div className="dialog-actions">
            <ButtonLink variant="default" to="/settings/advanced/api-and-webhook/endpoints">
              {t("common:cancel")}
            </ButtonLink>
            <Button type="submit" loading={create.isPending}>
              {t("new.submit")}
            </Button>
          </div>
        </div>
      </form>
    </Page>
  );
}
