/** A chat in a list: who, how long it waits, what was said last, by which flags. */
import { IconAlarm } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { DeskSession } from "../../api/desk.ts";
import { useMe } from "../../api/me.ts";
import { Moment } from "../../ui/Moment.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import classes from "./ListColumn.module.css";
import { personName } from "./personName.ts";
import { Waited } from "./Waited.tsx";

interface Props {
  chat: DeskSession;
  isOpen: boolean;
  tabIndex: 0 | -1;
}

export const ChatRow = memo(function ChatRow({ chat, isOpen, tabIndex }: Props) {
  const { t } = useTranslation("chats");
  const format = useFormat();
  const me = useMe().agent.id;
  const { session, user, last_message: last, agent } = chat;
  const isUnread = chat.unread && (agent?.id === me || chat.status === "waiting_for_agent");
  return (
    <li>
      <Link
        to="/chats/$sessionId"
        params={{ sessionId: session.id }}
        search={(old) => old}
        // The bar of the address may lead the list on; preloading every chat that the mouse passes would open sealed values.
        preload={false}
        className={classes.row}
        data-chat={session.id}
        data-unread={isUnread}
        data-open={isOpen}
        activeOptions={{ includeSearch: false }}
        tabIndex={tabIndex}
      >
        <span className={classes.top}>
          <span className={classes.name} dir="auto">
            {personName(user) ?? t("unnamed")}
          </span>
          {chat.waiting_since && chat.status === "waiting_for_agent" ? (
            <span className={classes.waits}>
              <span className="visually-hidden">{t("waiting")} </span>
              <Waited since={chat.waiting_since} />
            </span>
          ) : last ? (
            <span className={classes.at}>
              <Moment at={last.at} />
            </span>
          ) : null}
        </span>
        <span className={classes.said} dir="auto">
          {last ? (
            <>
              {last.from === "user" ? null : <span className={classes.who}>{t(`from.${last.from}`)}: </span>}
              {last.text}
            </>
          ) : (
            t("nothingSaid")
          )}
        </span>
        <span className={classes.tags}>
          {isUnread ? <Tag tone="success">{t("unread")}</Tag> : null}
          {chat.snoozed_until ? <Tag icon={IconAlarm}>{t("snooze.tag", { at: format.dateTime(chat.snoozed_until) })}</Tag> : null}
          {chat.offer?.agent_id === me ? <Tag tone="warning">{t("offered")}</Tag> : null}
          {chat.status === "waiting_for_agent" && chat.wanted_flag ? <Tag tone="violet">{t("for", { flag: chat.wanted_flag })}</Tag> : null}
          {agent && agent.id !== me ? <Tag>{agent.name}</Tag> : null}
          {user.flags.slice(0, 3).map((it) => (
            <Tag key={it} tone="info">
              {it}
            </Tag>
          ))}
          {user.flags.length > 3 ? <Tag>{t("moreFlags", { count: user.flags.length - 3 })}</Tag> : null}
        </span>
      </Link>
    </li>
  );
});
