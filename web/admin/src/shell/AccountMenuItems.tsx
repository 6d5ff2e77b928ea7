/** Who is signed in, how the app looks, and the way out. */
import { Menu } from "@mantine/core";
import { IconLogout, IconUser } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMe } from "../api/me.ts";
import { LANGUAGES, type Language, speak } from "../i18n/index.ts";
import { useLeave } from "../session/useLeave.ts";
import { type Choice, THEMES, useMode } from "../theme/mode.ts";
import { MenuLink } from "../ui/menuLinks.tsx";
import classes from "./Header.module.css";

const CODES: readonly Language[] = ["en", "de"];
const CHOICES: Choice[] = ["system", ...THEMES];

export function AccountMenuItems() {
  const { t, i18n } = useTranslation();
  const { agent } = useMe();
  const leave = useLeave();
  const { choice, choose } = useMode();
  return (
    <>
      <div className={classes.who}>
        <strong>{agent.name}</strong>
        <span>{agent.email}</span>
        <span>{t(`roles.${agent.role}`)}</span>
      </div>
      <Menu.Divider />
      <MenuLink to="/account" leftSection={<IconUser size={16} aria-hidden />}>
        {t("header.myAccount")}
      </MenuLink>
      <Menu.Divider />
      <Menu.Label>{t("header.theme")}</Menu.Label>
      <Menu.RadioGroup value={choice} onChange={(value) => choose(CHOICES.find((it) => it === value) ?? "system")}>
        {CHOICES.map((it) => (
          <Menu.RadioItem key={it} value={it}>
            {t(`header.themes.${it}`)}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Divider />
      <Menu.Label>{t("header.language")}</Menu.Label>
      <Menu.RadioGroup value={i18n.language} onChange={(value) => void speak(CODES.find((it) => it === value) ?? "en")}>
        {CODES.map((it) => (
          <Menu.RadioItem key={it} value={it} lang={it}>
            {LANGUAGES[it]}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Divider />
      <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void leave("asked")}>
        {t("header.signOut")}
      </Menu.Item>
    </>
  );
}
