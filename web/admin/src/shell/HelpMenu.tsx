/** Help, in the same place on every screen. */
import { ActionIcon, Menu } from "@mantine/core";
import { IconExternalLink, IconHelpCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

export function HelpMenu() {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" width={240} shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("header.help")}>
          <IconHelpCircle size={22} stroke={1.75} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href="/docs" target="_blank" rel="noreferrer" rightSection={<IconExternalLink size={14} aria-hidden />}>
          {t("header.docs")} <span className="visually-hidden">({t("opensNewTab")})</span>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
