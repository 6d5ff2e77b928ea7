/** The last changes. Choosing one that can be taken back takes it back. */
import { Menu } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Moment } from "../ui/Moment.tsx";
import { useUndo } from "../ui/Toasts.tsx";
import { useToasts } from "../ui/toasts.ts";
import classes from "./Header.module.css";

export function RecentMenuItems() {
  const { t } = useTranslation();
  const recent = useToasts((it) => it.recent);
  const back = useUndo();
  if (recent.length === 0) return <Menu.Item className={classes.quiet}>{t("header.noRecent")}</Menu.Item>;
  return recent.map((it) => (
    <Menu.Item
      key={it.id}
      className={classes.recent}
      closeMenuOnClick={it.undo !== undefined}
      rightSection={
        it.undo ? (
          <span className={classes.undo}>
            <IconArrowBackUp size={16} aria-hidden /> {t("undo")}
          </span>
        ) : null
      }
      onClick={() => back(it)}
    >
      {it.text}
      <Moment at={new Date(it.at).toISOString()} />
    </Menu.Item>
  ));
}
