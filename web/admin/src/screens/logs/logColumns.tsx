/** What lists tell of a session. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { ChatLogItem } from "../../api/logs.ts";
import { useMay } from "../../api/me.ts";
import { publishedBotsQuery } from "../../api/published.ts";
import type { Column } from "../../ui/DataTable.tsx";
import { AnchorLink } from "../../ui/links.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import classes from "./logColumns.module.css";
import { Marked } from "./Marked.tsx";
import { SessionState } from "./SessionState.tsx";

/** `searched` are the words that were searched for, marked where they were found. */
export function useLogColumns(searched = ""): Column<ChatLogItem>[] {
  const { t } = useTranslation("logs");
  const format = useFormat();
  const may = useMay();
  const { data: bots } = useQuery({ ...publishedBotsQuery, enabled: may("view_bots") });
  const names = useMemo(() => new Map(bots?.map((it) => [it.function_id, it.name])), [bots]);
  return useMemo(
    () => [
      {
        key: "started",
        header: t("column.started"),
        heading: true,
        cell: ({ session, matches }) => (
          <>
            <AnchorLink to="/logs/$sessionId" params={{ sessionId: session.id }} inherit>
              {format.dateTime(session.created_at)}
            </AnchorLink>
            {matches?.map((it) => (
              <p key={it.seq} className={classes.match} dir="auto">
                <Marked text={it.text} words={searched} />
              </p>
            ))}
          </>
        ),
      },
      {
        key: "bot",
        header: t("column.bot"),
        cell: ({ session }) => (
          <span className={classes.bot}>
            <span dir="auto">{names.get(session.function_id) ?? session.function_id}</span>{" "}
            <span className="muted">v{session.version}</span>
          </span>
        ),
      },
      {
        key: "user",
        header: t("column.user"),
        cell: ({ user }) => (
          <AnchorLink to="/users/$userId" params={{ userId: user.id }} className="code" size="xs">
            {user.external_id ?? user.id.slice(0, 12)}
          </AnchorLink>
        ),
      },
      { key: "status", header: t("column.status"), cell: ({ session }) => <SessionState status={session.status} /> },
      { key: "medium", header: t("column.medium"), cell: ({ session }) => t(`media.${session.medium}`, { defaultValue: session.medium }) },
      { key: "language", header: t("column.language"), cell: ({ session }) => session.language },
      { key: "messages", header: t("column.messages"), align: "end", cell: ({ counts }) => format.number(counts.messages) },
      {
        key: "flags",
        header: t("column.flags"),
        quiet: true,
        cell: ({ user }) =>
          user.flags.length > 0 ? (
            <span className={classes.flags}>
              {user.flags.map((it) => (
                <Tag key={it} tone="accent">
                  {it}
                </Tag>
              ))}
            </span>
          ) : null,
      },
    ],
    [t, format, names, searched],
  );
}
