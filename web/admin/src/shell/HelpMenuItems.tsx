/** What helps on. */
import { Menu } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

export function HelpMenuItems() {
  const { t } = useTranslation();
  return (
    <Menu.Item component="a" href="/docs" target="_blank" rel="noreferrer" rightSection={<IconExternalLink size={14} aria-hidden />}>
      {t("header.docs")} <span className="visually-hidden">({t("opensNewTab")})</span>
    </Menu.Item>
  );
}
