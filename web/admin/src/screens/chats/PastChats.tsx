/** Earlier chats of the same person. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { DeskChat } from "../../api/desk.ts";
import { logsQuery } from "../../api/logs.ts";
import { AnchorLink } from "../../ui/links.tsx";
import { QueryStates } from "../../ui/QueryStates.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import classes from "./PersonColumn.module.css";

export function PastChats({ chat: { session, user } }: { chat: DeskChat }) {
  const { t } = useTranslation("chats");
  const format = useFormat();
  const query = useInfiniteQuery(logsQuery({ user_id: user.id }, 10));
  const rows = query.data?.pages[0]?.data.filter((it) => it.session.id !== session.id);
  return (
    <QueryStates query={{ ...query, data: rows }} what={t("past.title")}>
      {(all) =>
        all.length === 0 ? (
          <p className="muted small">{t("past.none")}</p>
        ) : (
          <ul className={classes.past}>
            {all.map((it) => (
              <li key={it.session.id}>
                <AnchorLink to="/logs/$sessionId" params={{ sessionId: it.session.id }} size="sm">
                  {it.session.function_id} · {format.dateTime(it.session.created_at)}
                </AnchorLink>
              </li>
            ))}
          </ul>
        )
      }
    </QueryStates>
  );
}
