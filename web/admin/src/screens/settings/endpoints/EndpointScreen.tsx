/** One webhook endpoint: how it does, what it takes, its secret, and a way to try it. */
import { Button, Menu } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconArrowLeft, IconDots, IconPlayerPause, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemIn } from "../../../api/problem.ts";
import { deleteEndpoint, type Endpoint, endpointQuery, endpointsQuery, updateEndpoint } from "../../../api/webhooks.ts";
import { Page } from "../../../shell/Page.tsx";
import { ConfirmDialog } from "../../../ui/ConfirmDialog.tsx";
import { AnchorLink, ButtonLink } from "../../../ui/links.tsx";
import { ProblemNote } from "../../../ui/ProblemNote.tsx";
import { QueryStates } from "../../../ui/QueryStates.tsx";
import { toast } from "../../../ui/toasts.ts";
import { typedSince } from "../../../ui/typedSince.ts";
import { EndpointFields } from "./EndpointFields.tsx";
import { changesOf, type EndpointValues, valuesOf } from "./endpointForm.ts";
import { endpointErrors, useEndpointRules } from "./endpointRules.ts";
import { HealthStrip } from "./HealthStrip.tsx";
import { SecretPanel } from "./SecretPanel.tsx";
import { Snippets } from "./Snippets.tsx";
import { TestPanel } from "./TestPanel.tsx";

export function EndpointScreen() {
  // All words that its parts need: loaded later, they would take the screen away for a moment.
  const { t } = useTranslation(["endpoints", "events", "deliveries"]);
  const { endpointId } = useParams({ from: "/signed-in/settings/advanced/api-and-webhook/endpoints/$endpointId" });
  const endpoint = useQuery(endpointQuery(endpointId));
  return (
    <Page
      title={endpoint.data?.url ?? t("one")}
      titleParts={[t("one")]}
      above={
        <AnchorLink to="/settings/advanced/api-and-webhook/endpoints" size="sm" className="back">
          <IconArrowLeft size={16} aria-hidden /> {t("title")}
        </AnchorLink>
      }
      actions={endpoint.data ? <Actions endpoint={endpoint.data} /> : null}
    >
      <QueryStates query={endpoint} what={t("one")}>
        {(it) => (
          <>
            <HealthStrip endpoint={it} />
            <TestPanel endpoint={it} />
            {/* What somebody types survives a refresh, but not another revision after saving. */}
            <Settings key={it.id} endpoint={it} />
            <SecretPanel endpoint={it} />
            <Snippets />
          </>
        )}
      </QueryStates>
    </Page>
  );
}

function Settings({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation("endpoints");
  const queries = useQueryClient();
  // What the form was filled with: changes are against this, also when somebody else changed the endpoint since.
  const [base, setBase] = useState(endpoint);
  const form = useForm<EndpointValues>({ initialValues: valuesOf(endpoint), validate: useEndpointRules() });
  const fill = (it: Endpoint, sent?: EndpointValues) => {
    setBase(it);
    const kept = valuesOf(it);
    form.setInitialValues(kept);
    form.setValues((now) => (sent ? typedSince(now as EndpointValues, sent, kept) : kept));
    form.resetDirty(kept);
  };
  const save = useMutation({
    mutationFn: (values: EndpointValues) => updateEndpoint(base.id, base.revision, changesOf(base, values)),
    onSuccess: (saved, sent) => {
      queries.setQueryData(endpointQuery(base.id).queryKey, saved);
      void queries.invalidateQueries({ queryKey: endpointsQuery.queryKey });
      fill(saved, sent);
      toast(t("saved"));
    },
    onError: (error) => form.setErrors(endpointErrors(problemIn(error))),
  });
  const conflict = problemIn(save.error)?.status === 412;
  const again = async () => {
    fill(await queries.fetchQuery({ ...endpointQuery(base.id), staleTime: 0 }));
    save.reset();
  };
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <EndpointFields form={form} />
      <ProblemNote error={save.error} retry={conflict ? () => void again() : undefined} />
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

function Actions({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation("endpoints");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const to = async (state: Endpoint["state"]) => {
    const now = await queries.fetchQuery({ ...endpointQuery(endpoint.id), staleTime: 0 });
    const saved = await updateEndpoint(endpoint.id, now.revision, { state });
    queries.setQueryData(endpointQuery(endpoint.id).queryKey, saved);
    void queries.invalidateQueries({ queryKey: endpointsQuery.queryKey });
  };
  // Nothing is lost while an endpoint is paused, so it takes a click, and another to take it back.
  const toggle = useMutation({
    mutationFn: (state: "active" | "paused") => to(state),
    onSuccess: (_, state) => {
      if (state === "paused") toast(t("pausedNow"), { undo: () => to("active") });
      else toast(t("resumed"));
    },
  });
  const remove = async () => {
    await deleteEndpoint(endpoint.id);
    // Until the list is read again, it is not to show what is gone.
    queries.setQueryData(endpointsQuery.queryKey, (all) => all?.filter((it) => it.id !== endpoint.id));
    void queries.invalidateQueries({ queryKey: endpointsQuery.queryKey });
    toast(t("deleted"));
    await navigate({ to: "/settings/advanced/api-and-webhook/endpoints" });
  };
  return (
    <>
      <ButtonLink variant="default" to="/settings/advanced/api-and-webhook/deliveries" search={{ endpoint: endpoint.id }}>
        {t("deliveries")}
      </ButtonLink>
      {endpoint.state === "active" ? (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={18} aria-hidden />}
          loading={toggle.isPending}
          onClick={() => toggle.mutate("paused")}
        >
          {t("pause")}
        </Button>
      ) : (
        <Button leftSection={<IconPlayerPlay size={18} aria-hidden />} loading={toggle.isPending} onClick={() => toggle.mutate("active")}>
          {t("resume")}
        </Button>
      )}
      <Menu position="bottom-end" width={200} shadow="md">
        <Menu.Target>
          <Button variant="default" px="sm" aria-label={t("common:moreFor", { what: endpoint.url })}>
            <IconDots size={18} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setDeleting(true)}>
            {t("delete.button")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {deleting ? (
        <ConfirmDialog title={t("delete.title")} act={t("delete.button")} onAct={remove} onClose={() => setDeleting(false)}>
          <p className="code">{endpoint.url}</p>
          <p>{t("delete.text")}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
