/** Where a session stands, in a word. */
import { IconCircleCheck, IconClock, IconHeadset, IconMessages } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SessionStatus } from "../../api/logs.ts";
import { Tag, type Tone } from "../../ui/Tag.tsx";

const LOOKS: Record<SessionStatus, { tone: Tone; icon: typeof IconClock }> = {
  active: { tone: "info", icon: IconMessages },
  waiting_for_agent: { tone: "warning", icon: IconClock },
  with_agent: { tone: "violet", icon: IconHeadset },
  ended: { tone: "neutral", icon: IconCircleCheck },
};

export function SessionState({ status }: { status: SessionStatus }) {
  const { t } = useTranslation("logs");
  return (
    <Tag tone={LOOKS[status].tone} icon={LOOKS[status].icon}>
      {t(`status.${status}`)}
    </Tag>
  );
}
