/** Starts a run that sends old events to an endpoint again. */
import { Button, Modal, NumberInput, Select } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "../../../api/client.ts";
import { problemIn } from "../../../api/problem.ts";
import { type Endpoint, resendsQuery, startResend } from "../../../api/webhooks.ts";
import { DateTimeField } from "../../../ui/DateTimeField.tsx";
import { inputErrors } from "../../../ui/inputErrors.ts";
import { localInput, readLocalInput } from "../../../ui/localTime.ts";
import { ProblemNote } from "../../../ui/ProblemNote.tsx";
import { toast } from "../../../ui/toasts.ts";

interface Props {
  /** `recover`: what was given up; `replay`: everything of a time. */
  kind: "recover" | "replay";
  endpoints: Endpoint[];
  /** The one chosen in the log. */
  endpoint?: string | undefined;
  onClose: () => void;
}

export function ResendDialog({ kind, endpoints, endpoint, onClose }: Props) {
  const { t } = useTranslation("deliveries");
  const queries = useQueryClient();
  const only = endpoints.length === 1 ? endpoints[0]?.id : undefined;
  const form = useForm({
    initialValues: {
      endpoint_id: endpoint ?? only ?? "",
      since: localInput(Date.now() - 24 * 3_600_000),
      until: "",
      rate: 20 as number | "",
    },
    validate: {
      endpoint_id: (id) => (id ? null : t("resend.endpointNeeded")),
      since: (since) => (readLocalInput(since) ? null : t("resend.sinceNeeded")),
      until: (until, { since }) =>
        until && (readLocalInput(until) ?? "") <= (readLocalInput(since) ?? "") ? t("resend.untilAfter") : null,
    },
  });
  const { endpoint_id, since } = form.values;
  const from = readLocalInput(since);
  // What a recovery would find, before anybody starts it.
  const dead = useQuery({
    queryKey: ["dead-count", endpoint_id, from],
    enabled: kind === "recover" && endpoint_id !== "" && from !== null,
    queryFn: async ({ signal }) => {
      const query = { endpoint_id, state: "dead" as const, since: from ?? undefined, limit: 200 };
      const page = await body(api.GET("/api/v1/admin/deliveries", { params: { query }, signal }));
      return { count: page.data.length, more: page.next_cursor != null };
    },
  });
  const start = useMutation({
    mutationFn: (values: typeof form.values) =>
      startResend({
        kind,
        endpoint_id: values.endpoint_id,
        since: readLocalInput(values.since) ?? "",
        until: readLocalInput(values.until) ?? undefined,
        rate_per_second: values.rate === "" ? undefined : values.rate,
      }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: resendsQuery.queryKey });
      toast(t("resend.started"));
      onClose();
    },
    onError: (error) =>
      form.setErrors(inputErrors(problemIn(error), ["endpoint_id", "since", "until", "rate"], { "/rate_per_second": "rate" })),
  });
  return (
    <Modal opened onClose={onClose} title={t(`${kind}.title`)} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form className="stack" onSubmit={form.onSubmit((values) => start.mutate(values))} noValidate>
        <p>{t(`${kind}.text`)}</p>
        <Select
          label={t("filter.endpoint")}
          allowDeselect={false}
          data={endpoints.map((it) => ({ value: it.id, label: it.url }))}
          {...form.getInputProps("endpoint_id")}
        />
        <DateTimeField label={t("resend.since")} {...form.getInputProps("since")} />
        <DateTimeField
          label={`${t("resend.until")} (${t("common:optional")})`}
          description={t("resend.untilHint")}
          {...form.getInputProps("until")}
        />
        <NumberInput
          label={t("resend.rate")}
          description={t("resend.rateHint")}
          min={1}
          max={1000}
          allowDecimal={false}
          {...form.getInputProps("rate")}
        />
        <p role="status" className="small">
          {dead.data ? t(dead.data.more ? "recover.countMore" : "recover.count", { count: dead.data.count }) : null}
        </p>
        <ProblemNote error={start.error} />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={start.isPending}>
            {t(`${kind}.submit`)}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
