/** The button of a bot's menu in the list. */
import { ActionIcon } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { BotSummary } from "../../api/bots.ts";
import { MenuButton } from "../../ui/MenuButton.tsx";
import type { BotDialog } from "./dialogs.ts";

const items = async () => (await import("./BotMenuItems.tsx")).BotMenuItems;

export function BotMenu({ bot, open }: { bot: BotSummary; open: (dialog: BotDialog) => void }) {
  const { t } = useTranslation();
  return (
    <MenuButton
      trigger={(attributes) => (
        <ActionIcon variant="subtle" color="gray" aria-label={t("moreFor", { what: bot.name })} {...attributes}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      )}
      content={items}
      contentProps={{ bot, open }}
    />
  );
}
