/** What was changed last, with the way back: for those to whom the note at the bottom was too short. */
import { ActionIcon, Button, Popover } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Moment } from "../ui/Moment.tsx";
import { useUndo } from "../ui/Toasts.tsx";
import { useToasts } from "../ui/toasts.ts";
import classes from "./Header.module.css";

export function RecentMenu() {
  const { t } = useTranslation();
  const recent = useToasts((it) => it.recent);
  const back = useUndo();
  return (
    <Popover position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("header.recent")}>
          <IconHistory size={22} stroke={1.75} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("header.recent")}>
        {recent.length === 0 ? (
          <p className={classes.recent} tabIndex={-1} data-autofocus>
            {t("header.noRecent")}
          </p>
        ) : (
          <ul className={classes.recent} tabIndex={-1} data-autofocus>
            {recent.map((it) => (
              <li key={it.id}>
                <span>
                  {it.text}
                  <Moment at={new Date(it.at).toISOString()} />
                </span>
                {it.undo ? (
                  <Button size="compact-sm" variant="subtle" onClick={() => back(it)}>
                    {t("undo")}
                  </Button>
                ) : null}
              </li>
            ))}
          </ul>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
