/** Whether one is there for chats, on every screen. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { deskAgentsQuery, presenceQuery } from "../api/desk.ts";
import { useMe } from "../api/me.ts";
import { unreadQuery } from "../api/notifications.ts";
import { MenuButton } from "../ui/MenuButton.tsx";
import classes from "./Header.module.css";

const items = async () => (await import("./PresenceMenuItems.tsx")).PresenceMenuItems;

export function PresenceMenu() {
  const { t } = useTranslation();
  const me = useMe().agent.id;
  const { data } = useQuery(presenceQuery);
  const agents = useQuery(deskAgentsQuery);
  const unread = useQuery(unreadQuery);
  const count = unread.data?.length ?? 0;
  const own = agents.data?.find((it) => it.id === me);
  if (!data) return null;
  const status = t(`presence.${data.status}`);
  return (
    <MenuButton
      width={240}
      trigger={(attributes) => (
        <button type="button" className={classes.presence} {...attributes}>
          <span className={classes.dot} data-status={data.status} />
          <span>
            <span className="visually-hidden">{t("presence.button")} </span>
            {status}
            {own ? ` ${own.chats}/${data.capacity}` : null}
          </span>
          {count > 0 ? (
            <span className={classes.unread}>
              {count}
              <span className="visually-hidden"> {t("presence.unread", { count })}</span>
            </span>
          ) : null}
        </button>
      )}
      content={items}
      contentProps={{}}
    />
  );
}
