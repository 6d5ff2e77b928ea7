/** SETTINGS: its own menu, beside whichever of its screens is open. */
import {
  IconBuildingHospital,
  IconClockHour9,
  IconFlag,
  IconForms,
  IconKey,
  IconMessage2Bolt,
  IconMoodSmile,
  IconPlugConnected,
  type IconProps,
  IconTargetArrow,
  IconUsersGroup,
} from "@tabler/icons-react";
import { Link, Outlet } from "@tanstack/react-router";
import { type ComponentType, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../api/me.ts";
import { Waiting } from "../../ui/Waiting.tsx";
import classes from "./SettingsFrame.module.css";
import { SETTINGS_MENU, type SettingsEntry } from "./settingsMenu.ts";

const ICONS: Record<SettingsEntry["key"], ComponentType<IconProps>> = {
  workspace: IconBuildingHospital,
  agents: IconUsersGroup,
  hours: IconClockHour9,
  canned: IconMessage2Bolt,
  chitChat: IconMoodSmile,
  fields: IconForms,
  flags: IconFlag,
  goals: IconTargetArrow,
  apiAndWebhook: IconPlugConnected,
  secrets: IconKey,
};

export function SettingsFrame() {
  const { t } = useTranslation("settings");
  const may = useMay();
  return (
    <div className={classes.frame}>
      <nav className={classes.nav} aria-label={t("menu.label")}>
        {SETTINGS_MENU.map((group) => {
          const entries = group.entries.filter((it) => it.needs.some(may));
          if (entries.length === 0) return null;
          return (
            <div key={group.key} className={classes.group}>
              {group.titled ? (
                <p id={`settings-${group.key}`} className={classes.title}>
                  {t(`menu.${group.key}`)}
                </p>
              ) : null}
              <ul aria-labelledby={group.titled ? `settings-${group.key}` : undefined}>
                {entries.map(({ key, to }) => {
                  const Icon = ICONS[key];
                  return (
                    <li key={key}>
                      <Link to={to} className={classes.entry} activeProps={{ "aria-current": "page" }}>
                        <Icon size={18} stroke={1.75} aria-hidden />
                        {t(`menu.${key}`)}
                      </Link>
                    </li>
                  );
                })}
              </ul>
            </div>
          );
        })}
      </nav>
      <div className={classes.content}>
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </div>
    </div>
  );
}
