/** One delivery: its event, each try with what was answered, and how to do it again. */
import { Button } from "@mantine/core";
import { IconArrowLeft, IconCircleCheck, IconCircleX, IconEye, IconEyeOff, IconRefresh } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Attempt, type DeliveryDetail, deliveryQuery, retryDelivery } from "../../../api/webhooks.ts";
import { Page } from "../../../shell/Page.tsx";
import { CodeBlock, pretty } from "../../../ui/CodeBlock.tsx";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { AnchorLink } from "../../../ui/links.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { ProblemNote } from "../../../ui/ProblemNote.tsx";
import { QueryStates } from "../../../ui/QueryStates.tsx";
import { Tag } from "../../../ui/Tag.tsx";
import { toast } from "../../../ui/toasts.ts";
import { useFormat } from "../../../ui/useFormat.ts";
import { useNews } from "../../../ui/useNews.ts";
import { Snippets } from "../endpoints/Snippets.tsx";
import classes from "./DeliveryScreen.module.css";
import { DeliveryState } from "./DeliveryState.tsx";
import { deliveryErrorWords } from "./deliveryErrorWords.ts";

export function DeliveryScreen() {
  const { t } = useTranslation(["deliveries", "endpoints"]);
  const { deliveryId } = useParams({ from: "/signed-in/settings/advanced/api-and-webhook/deliveries/$deliveryId" });
  const delivery = useQuery(deliveryQuery(deliveryId));
  useNews(delivery.refetch, delivery.data?.state === "pending" ? 2_000 : null);
  return (
    <Page
      title={delivery.data?.type ?? t("one")}
      titleParts={[t("one")]}
      above={
        <AnchorLink to="/settings/advanced/api-and-webhook/deliveries" size="sm" className="back">
          <IconArrowLeft size={16} aria-hidden /> {t("title")}
        </AnchorLink>
      }
      actions={delivery.data ? <Retry delivery={delivery.data} /> : null}
    >
      <QueryStates query={delivery} what={t("one")}>
        {(it) => (
          <>
            <Facts delivery={it} />
            <Attempts attempts={it.attempt_log} />
            <Request delivery={it} />
            <Snippets />
          </>
        )}
      </QueryStates>
    </Page>
  );
}

function Retry({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation("deliveries");
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () => retryDelivery(delivery.id),
    onSuccess: async () => {
      toast(t("retried"));
      await queries.invalidateQueries({ queryKey: ["deliveries"] });
    },
  });
  return (
    <div className="stack">
      <Button leftSection={<IconRefresh size={18} aria-hidden />} loading={retry.isPending} onClick={() => retry.mutate()}>
        {t("retry")}
      </Button>
      <ProblemNote error={retry.error} />
    </div>
  );
}

function Facts({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation("deliveries");
  const format = useFormat();
  const facts: [string, React.ReactNode][] = [
    [t("column.state"), <DeliveryState key="state" delivery={delivery} />],
    [t("column.at"), format.exact(delivery.created_at)],
    [
      t("column.endpoint"),
      <AnchorLink
        key="endpoint"
        to="/settings/advanced/api-and-webhook/endpoints/$endpointId"
        params={{ endpointId: delivery.endpoint_id }}
        inherit
        className="code"
      >
        {delivery.url}
      </AnchorLink>,
    ],
    [
      t("eventId"),
      <span key="event" className="row">
        <span className="code">{delivery.event_id}</span>
        <CopyButton value={delivery.event_id} what={t("eventId")} />
      </span>,
    ],
    [t("column.next"), delivery.next_attempt_at ? format.dateTime(delivery.next_attempt_at) : t("noNext")],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Attempts({ attempts }: { attempts: Attempt[] }) {
  const { t } = useTranslation("deliveries");
  return (
    <Panel title={t("attempts.title")} lead={t("attempts.lead")}>
      {attempts.length === 0 ? (
        <p className="muted">{t("attempts.none")}</p>
      ) : (
        <ol className={classes.attempts}>
          {[...attempts].reverse().map((it) => (
            <li key={it.attempt}>
              <OneAttempt attempt={it} />
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function OneAttempt({ attempt }: { attempt: Attempt }) {
  const { t } = useTranslation("deliveries");
  const format = useFormat();
  const { status, error, phase, phases, response_headers, response_body } = attempt;
  const ok = !error;
  const head = response_headers.map(([name, value]) => `${name}: ${value}`).join("\n");
  const ms = (us: number) => t("ms", { ms: format.number(Math.round(us / 100) / 10) });
  return (
    <details className={classes.attempt}>
      <summary>
        <Tag tone={ok ? "success" : "danger"} icon={ok ? IconCircleCheck : IconCircleX}>
          {status ? `HTTP ${status}` : t(ok ? "attempts.ok" : "attempts.failed")}
        </Tag>
        <strong>{t("attempts.number", { number: attempt.attempt })}</strong>
        <span className="muted">{format.exact(attempt.started_at)}</span>
        <span className="muted">{t("ms", { ms: format.number(attempt.duration_ms) })}</span>
        {error ? <span>{deliveryErrorWords(t, error, status)}</span> : null}
      </summary>
      <div className="stack">
        <dl className={classes.phases}>
          <div>
            <dt>{t("attempts.dns")}</dt>
            <dd>{ms(phases.dns_us)}</dd>
          </div>
          <div>
            <dt>{t("attempts.connect")}</dt>
            <dd>{ms(phases.connect_us)}</dd>
          </div>
          <div>
            <dt>{t("attempts.headers")}</dt>
            <dd>{ms(phases.to_headers_us)}</dd>
          </div>
        </dl>
        {head || response_body ? (
          <CodeBlock
            code={`${head}\n\n${pretty(response_body ?? "")}`.trim()}
            label={t("attempts.answer", { number: attempt.attempt })}
            titled
          />
        ) : (
          <p className="muted">{phase ? t(`attempts.ended.${phase}`) : t("attempts.noAnswer")}</p>
        )}
      </div>
    </details>
  );
}

function Request({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation("deliveries");
  // A payload may tell of a patient: it is shown to whoever asks, not to whoever passes by.
  const [shown, setShown] = useState(false);
  const { request_headers, request_body, curl } = delivery;
  return (
    <Panel
      title={t("request.title")}
      lead={t("request.lead")}
      actions={
        request_body ? (
          <Button
            size="xs"
            variant="default"
            aria-expanded={shown}
            leftSection={shown ? <IconEyeOff size={16} aria-hidden /> : <IconEye size={16} aria-hidden />}
            onClick={() => setShown(!shown)}
          >
            {t(shown ? "request.hide" : "request.show")}
          </Button>
        ) : null
      }
    >
      <div className="stack">
        {request_headers.length > 0 ? (
          <CodeBlock
            code={request_headers.map(([name, value]) => `${name}: ${value}`).join("\n")}
            label={t("request.headers")}
            titled
            wrap
          />
        ) : null}
        {request_body ? null : <p className="muted">{t("request.gone")}</p>}
        {shown && request_body ? <CodeBlock code={pretty(request_body)} label={t("request.body")} titled /> : null}
        {shown && curl ? <CodeBlock code={curl} label={t("request.curl")} titled wrap /> : null}
      </div>
    </Panel>
  );
}
