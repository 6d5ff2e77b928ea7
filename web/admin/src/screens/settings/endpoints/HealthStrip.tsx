/** How an endpoint does, with numbers and times. */
import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Endpoint } from "../../../api/webhooks.ts";
import { useFormat } from "../../../ui/useFormat.ts";
import { EndpointState } from "./EndpointState.tsx";
import classes from "./HealthStrip.module.css";

export function HealthStrip({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation("endpoints");
  const format = useFormat();
  const { failing_since: since, failures, held_until: held, state } = endpoint;
  return (
    <>
      {state === "disabled" ? (
        <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} aria-hidden />} mb="md">
          {t("health.disabled")}
        </Alert>
      ) : null}
      <dl className={classes.strip}>
        <div>
          <dt>{t("health.state")}</dt>
          <dd>
            <EndpointState endpoint={endpoint} />
          </dd>
        </div>
        <div>
          <dt>{t("health.failures")}</dt>
          <dd>{since ? t("health.failuresSince", { count: failures, since: format.dateTime(since) }) : t("health.none")}</dd>
        </div>
        <div>
          <dt>{t("health.held")}</dt>
          <dd>{held && Date.parse(held) > Date.now() ? format.dateTime(held) : t("health.notHeld")}</dd>
        </div>
        <div>
          <dt>{t("health.added")}</dt>
          <dd>{format.date(endpoint.created_at)}</dd>
        </div>
      </dl>
    </>
  );
}
