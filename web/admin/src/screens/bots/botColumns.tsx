import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleX } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useActorNames } from "../../api/agents.ts";
import type { BotSummary } from "../../api/bots.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import type { Column } from "../../ui/DataTable.tsx";
import { AnchorLink } from "../../ui/links.tsx";
import { Moment } from "../../ui/Moment.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import classes from "./botColumns.module.css";

/** The share of sessions that were completed, or null without sessions. */
export function completion({ last_7_days: { sessions, completed } }: BotSummary): number | null {
  return sessions > 0 ? completed / sessions : null;
}

export function useBotColumns(archived: boolean): Column<BotSummary>[] {
  const { t } = useTranslation("bots");
  const format = useFormat();
  const nameOf = useActorNames();
  return useMemo(() => {
    const columns: Column<BotSummary>[] = [
      {
        key: "name",
        header: t("column.name"),
        heading: true,
        sort: (it) => it.name,
        cell: (it) => (
          <AnchorLink to="/bots/$functionId" params={{ functionId: it.function_id }} inherit dir="auto">
            {it.name}
          </AnchorLink>
        ),
      },
      {
        key: "function_id",
        header: t("column.functionId"),
        sort: (it) => it.function_id,
        cell: (it) => (
          <span className={classes.id}>
            <span className="code">{it.function_id}</span>
            <CopyButton value={it.function_id} what={it.function_id} />
          </span>
        ),
      },
      {
        key: "live",
        header: t("column.live"),
        sort: (it) => it.live_version ?? null,
        cell: (it) =>
          it.live_version == null ? (
            <Tag icon={IconCircleDashed}>{t("notLive")}</Tag>
          ) : (
            <Tag tone="success" icon={IconCircleCheck}>
              {t("version", { version: it.live_version })}
            </Tag>
          ),
      },
      {
        key: "draft",
        header: t("column.draft"),
        sort: (it) => (it.draft_changed ? 0 : 1),
        cell: (it) =>
          it.draft_changed && it.live_version != null ? <Tag tone="info">{t("changed")}</Tag> : <span className="muted">–</span>,
        quiet: true,
      },
      {
        key: "problems",
        header: t("column.problems"),
        sort: (it) => it.problems.errors * 10_000 + it.problems.warnings,
        cell: ({ problems: { errors, warnings } }) => (
          <span className={classes.problems}>
            {errors > 0 ? (
              <Tag tone="danger" icon={IconCircleX}>
                {t("errors", { count: errors })}
              </Tag>
            ) : null}
            {warnings > 0 ? (
              <Tag tone="warning" icon={IconAlertTriangle}>
                {t("warnings", { count: warnings })}
              </Tag>
            ) : null}
            {errors + warnings === 0 ? <span className="muted">{t("noProblems")}</span> : null}
          </span>
        ),
      },
      {
        key: "sessions",
        header: t("column.sessions"),
        align: "end",
        sort: (it) => it.last_7_days.sessions,
        cell: (it) => format.number(it.last_7_days.sessions),
      },
      {
        key: "done",
        header: t("column.done"),
        align: "end",
        sort: completion,
        cell: (it) => {
          const share = completion(it);
          return share === null ? <span className="muted">–</span> : format.percent(share);
        },
      },
      {
        key: "edited",
        header: t("column.edited"),
        sort: (it) => Date.parse(it.updated_at),
        cell: (it) => {
          const who = it.updated_by ? nameOf(it.updated_by) : null;
          return (
            <span className={classes.edited}>
              <Moment at={it.updated_at} />
              {who ? <span className="muted">{who}</span> : null}
            </span>
          );
        },
      },
    ];
    // Nobody reaches an archived bot, so its numbers of the week say nothing.
    return archived ? columns.filter((it) => it.key !== "sessions" && it.key !== "done") : columns;
  }, [t, format, nameOf, archived]);
}
