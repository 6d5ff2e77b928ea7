/** Sends a sample of an event to an endpoint and shows what it answered. */
import { Button, Select } from "@mantine/core";
import { IconCircleCheck, IconCircleX, IconSend } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EVENT_GROUPS, EVENT_TYPES } from "../../../api/events.ts";
import { type Endpoint, type EventType, type TestResult, testEndpoint } from "../../../api/webhooks.ts";
import { CodeBlock, pretty } from "../../../ui/CodeBlock.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { ProblemNote } from "../../../ui/ProblemNote.tsx";
import { Tag } from "../../../ui/Tag.tsx";
import { useFormat } from "../../../ui/useFormat.ts";
import { deliveryErrorWords } from "../deliveries/deliveryErrorWords.ts";
import classes from "./TestPanel.module.css";

/** Where the last result is kept: that of adding an endpoint is shown on its page. */
export const testResultKey = (id: string) => ["endpoint-test", id] as const;

export function TestPanel({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation("endpoints");
  const queries = useQueryClient();
  const [type, setType] = useState<EventType>("webhook.test");
  const { data: result } = useQuery<TestResult | null>({
    queryKey: testResultKey(endpoint.id),
    queryFn: () => null,
    enabled: false,
    gcTime: 300_000,
  });
  const send = useMutation({
    mutationFn: () => testEndpoint(endpoint.id, type),
    onSuccess: (it) => queries.setQueryData(testResultKey(endpoint.id), it),
  });
  return (
    <Panel title={t("test.title")} lead={t("test.lead")}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate();
        }}
      >
        <Select
          label={t("test.type")}
          searchable
          allowDeselect={false}
          data={EVENT_GROUPS.map((it) => ({ group: t(`events:groups.${it.name}`), items: it.types }))}
          value={type}
          onChange={(value) => setType(EVENT_TYPES.find((it) => it === value) ?? "webhook.test")}
        />
        <Button type="submit" leftSection={<IconSend size={18} aria-hidden />} loading={send.isPending}>
          {t("test.send")}
        </Button>
      </form>
      <ProblemNote error={send.error} />
      <div aria-live="polite">{result ? <Result result={result} /> : null}</div>
    </Panel>
  );
}

function Result({ result }: { result: TestResult }) {
  const { t } = useTranslation(["endpoints", "deliveries"]);
  const format = useFormat();
  const { ok, status, error, detail, duration_ms, request_body, response_body, response_headers } = result;
  const answer = [status ? `HTTP ${status}` : "", ...response_headers.map(([name, value]) => `${name}: ${value}`)]
    .filter(Boolean)
    .join("\n");
  return (
    <div className={classes.result}>
      <p className="row">
        <Tag tone={ok ? "success" : "danger"} icon={ok ? IconCircleCheck : IconCircleX}>
          {ok ? t("test.ok") : t("test.failed")}
        </Tag>
        {status ? <span>HTTP {status}</span> : null}
        <span className="muted">{t("deliveries:ms", { ms: format.number(duration_ms) })}</span>
      </p>
      {ok ? null : <p>{detail ?? (error ? deliveryErrorWords(t, error, status) : null)}</p>}
      <div className={classes.both}>
        <CodeBlock code={pretty(request_body)} label={t("test.sent")} titled />
        <CodeBlock
          code={answer || response_body ? `${answer}\n\n${pretty(response_body ?? "")}`.trim() : t("test.noAnswer")}
          label={t("test.answer")}
          titled
        />
      </div>
    </div>
  );
}
