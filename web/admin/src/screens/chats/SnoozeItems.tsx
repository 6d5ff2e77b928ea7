/** Until when a chat is put aside: the items of the menu. */
import { Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { SNOOZES, snoozeUntil } from "../../desk/snooze.ts";
import { useFormat } from "../../ui/useFormat.ts";
import { useSnooze } from "./useSnooze.ts";

export function SnoozeItems({ id, onOther }: { id: string; onOther: () => void }) {
  const { t } = useTranslation("chats");
  const format = useFormat();
  const { snooze } = useSnooze(id);
  const now = new Date();
  return (
    <>
      {SNOOZES.map((it) => {
        const until = snoozeUntil(it, now);
        return (
          <Menu.Item key={it} onClick={() => snooze.mutate(until)}>
            {t(`snooze.${it}`, { at: format.time(until) })}
          </Menu.Item>
        );
      })}
      <Menu.Item onClick={onOther}>{t("snooze.other")}</Menu.Item>
    </>
  );
}
