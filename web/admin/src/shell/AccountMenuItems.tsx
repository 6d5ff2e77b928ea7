/** Who is signed in, how the app looks, and the way out. */
import { Menu } from "@mantine/core";
import { IconCheck, IconLogout } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMe } from "../api/me.ts";
import { LANGUAGES, type Language, speak } from "../i18n/index.ts";
import { useLeave } from "../session/useLeave.ts";
import { type Choice, THEMES, useMode } from "../theme/mode.ts";
import classes from "./Header.module.css";

const CHOICES: Choice[] = ["system", ...THEMES];

export function AccountMenuItems() {
  const { t, i18n } = useTranslation();
  const { agent } = useMe();
  const leave = useLeave();
  const { choice, choose } = useMode();
  const tick = (on: boolean) => (on ? <IconCheck size={16} aria-hidden /> : null);
  return (
    <>
      <div className={classes.who}>
        <strong>{agent.name}</strong>
        <span>{agent.email}</span>
        <span>{t(`roles.${agent.role}`)}</span>
      </div>
      <Menu.Divider />
      <Menu.Label>{t("header.theme")}</Menu.Label>
      {CHOICES.map((it) => (
        <Menu.Item
          key={it}
          role="menuitemradio"
          aria-checked={choice === it}
          rightSection={tick(choice === it)}
          onClick={() => choose(it)}
          closeMenuOnClick={false}
        >
          {t(`header.themes.${it}`)}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Label>{t("header.language")}</Menu.Label>
      {(Object.keys(LANGUAGES) as Language[]).map((it) => (
        <Menu.Item
          key={it}
          role="menuitemradio"
          lang={it}
          aria-checked={i18n.language === it}
          rightSection={tick(i18n.language === it)}
          onClick={() => void speak(it)}
        >
          {LANGUAGES[it]}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void leave("asked")}>
        {t("header.signOut")}
      </Menu.Item>
    </>
  );
}
