/** What one was told of and has not looked at: each leads to its chat, or to the deliveries of its endpoint. No word of a patient is in it. */
import { Menu } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type EndpointTrouble, readAllNotifications, readNotification, unreadQuery } from "../api/notifications.ts";
import { endpointsQuery } from "../api/webhooks.ts";
import { Moment } from "../ui/Moment.tsx";
import classes from "./Header.module.css";
import { goToTold } from "./toldPlace.ts";

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
            void goToTold(navigate, it);
          }}
        >
          {t(`alert.kinds.${it.kind}`, { defaultValue: t("alert.kinds.other") })}
          {it.endpoint ? <Trouble trouble={it.endpoint} /> : null}
          <Moment at={it.at} />
        </Menu.Item>
      ))}
      <Menu.Item closeMenuOnClick={false} onClick={() => readAll.mutate()}>
        {t("notifications:readAll")}
      </Menu.Item>
    </>
  );
}

/** Which endpoint, which event, why, and how many. */
function Trouble({ trouble }: { trouble: EndpointTrouble }) {
  const { t } = useTranslation("notifications");
  const { data: endpoints } = useQuery(endpointsQuery);
  const url = endpoints?.find((it) => it.id === trouble.endpoint_id)?.url;
  const { reason, status, event_type, deliveries } = trouble;
  const facts = [
    url && URL.canParse(url) ? new URL(url).host : null,
    event_type,
    status === null ? t(`why.${reason}`, { defaultValue: reason }) : `HTTP ${status}`,
    deliveries === null ? null : t("deliveries", { count: deliveries }),
  ];
  return <span className={classes.facts}>{facts.filter(Boolean).join(" · ")}</span>;
}
