/** What one was told of and has not looked at: each leads to its chat. No word of a patient is in it. */
import { Menu } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { readAllNotifications, readNotification, unreadQuery } from "../api/notifications.ts";
import { Moment } from "../ui/Moment.tsx";
import classes from "./Header.module.css";

/** More than these are counted only. */
const SHOWN = 5;

export function UnreadItems() {
  const { t } = useTranslation(["chats", "notifications"]);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { data = [] } = useQuery(unreadQuery);
  const onSuccess = () => queries.invalidateQueries({ queryKey: unreadQuery.queryKey });
  const read = useMutation({ mutationFn: readNotification, onSuccess });
  const readAll = useMutation({ mutationFn: readAllNotifications, onSuccess });
  if (data.length === 0) return null;
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t("notifications:unread", { count: data.length })}</Menu.Label>
      {data.slice(0, SHOWN).map((it) => (
        <Menu.Item
          key={it.id}
          className={classes.recent}
          onClick={() => {
            read.mutate(it.id);
            void navigate({ to: "/chats/$sessionId", params: { sessionId: it.session_id } });
          }}
        >
          {t(`alert.kinds.${it.kind}`, { defaultValue: t("alert.kinds.other") })}
          <Moment at={it.at} />
        </Menu.Item>
      ))}
      <Menu.Item closeMenuOnClick={false} onClick={() => readAll.mutate()}>
        {t("notifications:readAll")}
      </Menu.Item>
    </>
  );
}
