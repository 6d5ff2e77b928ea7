/** What helps on. */
import { Menu } from "@mantine/core";
import { IconBook, IconExternalLink, IconKeyboard } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useOverlays } from "./overlays.ts";

export function HelpMenuItems() {
  const { t } = useTranslation();
  const show = useOverlays((it) => it.show);
  return (
    <>
      <Menu.Item leftSection={<IconKeyboard size={16} aria-hidden />} onClick={() => setTimeout(() => show("shortcuts"), 0)}>
        {t("header.shortcuts")}
      </Menu.Item>
      <Menu.Item
        component="a"
        leftSection={<IconBook size={16} aria-hidden />}
        href="/docs"
        target="_blank"
        rel="noreferrer"
        rightSection={<IconExternalLink size={14} aria-hidden />}
      >
        {t("header.docs")} <span className="visually-hidden">({t("opensNewTab")})</span>
      </Menu.Item>
    </>
  );
}
