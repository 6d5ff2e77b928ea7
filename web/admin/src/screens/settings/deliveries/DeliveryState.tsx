/** Where a delivery stands, in a word. */
import { IconCircleCheck, IconCircleX, IconClock, IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Delivery } from "../../../api/webhooks.ts";
import { Tag } from "../../../ui/Tag.tsx";

export function DeliveryState({ delivery: { state, attempts } }: { delivery: Delivery }) {
  const { t } = useTranslation("deliveries");
  if (state === "delivered") {
    return (
      <Tag tone="success" icon={IconCircleCheck}>
        {t("states.delivered")}
      </Tag>
    );
  }
  if (state === "dead") {
    return (
      <Tag tone="danger" icon={IconCircleX}>
        {t("states.dead")}
      </Tag>
    );
  }
  return attempts > 0 ? (
    <Tag tone="warning" icon={IconRefresh}>
      {t("states.retrying")}
    </Tag>
  ) : (
    <Tag tone="info" icon={IconClock}>
      {t("states.pending")}
    </Tag>
  );
}
