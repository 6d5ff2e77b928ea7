/** The button of an agent's menu in the list. */
import { ActionIcon } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Agent } from "../../../api/agents.ts";
import { MenuButton } from "../../../ui/MenuButton.tsx";
import type { AgentDialogs } from "./dialogs.ts";

const items = async () => (await import("./AgentMenuItems.tsx")).AgentMenuItems;

export function AgentMenu({ agent, open }: { agent: Agent; open: (dialog: AgentDialogs) => void }) {
  const { t } = useTranslation();
  return (
    <MenuButton
      trigger={(attributes) => (
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("moreFor", { what: agent.name })} {...attributes}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      )}
      content={items}
      contentProps={{ agent, open }}
      width={260}
    />
  );
}
