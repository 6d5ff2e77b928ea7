/** How an endpoint does, in a word. */
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconPlayerPause } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Endpoint } from "../../../api/webhooks.ts";
import { Tag } from "../../../ui/Tag.tsx";
import { useFormat } from "../../../ui/useFormat.ts";

export function EndpointState({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation("endpoints");
  const format = useFormat();
  const { state, failing_since: since, disabled_reason: reason } = endpoint;
  if (state === "disabled") {
    return (
      <Tag tone="danger" icon={IconCircleX}>
        {t("state.disabled", { reason: t(`state.reasons.${reason ?? "by_hand"}`, { defaultValue: reason ?? "" }) })}
      </Tag>
    );
  }
  if (state === "paused") {
    return (
      <Tag tone="neutral" icon={IconPlayerPause}>
        {t("state.paused")}
      </Tag>
    );
  }
  if (since) {
    return (
      <Tag tone="warning" icon={IconAlertTriangle}>
        {t("state.failing", { since: format.dateTime(since) })}
      </Tag>
    );
  }
  return (
    <Tag tone="success" icon={IconCircleCheck}>
      {t("state.active")}
    </Tag>
  );
}
