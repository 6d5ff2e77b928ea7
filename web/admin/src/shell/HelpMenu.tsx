/** Help, in the same place on every screen. */
import { ActionIcon } from "@mantine/core";
import { IconHelpCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { MenuButton } from "../ui/MenuButton.tsx";

const items = async () => (await import("./HelpMenuItems.tsx")).HelpMenuItems;

export function HelpMenu() {
  const { t } = useTranslation();
  return (
    <MenuButton
      width={260}
      trigger={(attributes) => (
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("header.help")} {...attributes}>
          <IconHelpCircle size={22} stroke={1.75} aria-hidden />
        </ActionIcon>
      )}
      content={items}
      contentProps={{}}
    />
  );
}
