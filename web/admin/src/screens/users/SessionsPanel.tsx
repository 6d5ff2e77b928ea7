/** The sessions of a user. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { logsQuery } from "../../api/logs.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryStates } from "../../ui/QueryStates.tsx";
import { useLogColumns } from "../logs/logColumns.tsx";

export function SessionsPanel({ userId }: { userId: string }) {
  const { t } = useTranslation(["users", "logs"]);
  const query = useInfiniteQuery(logsQuery({ user_id: userId }, 20));
  const rows = query.data?.pages.flatMap((page) => page.data);
  const columns = useLogColumns().filter((it) => it.key !== "user");
  return (
    <Panel title={t("sessions")} bare>
      <QueryStates query={{ ...query, data: rows }} what={t("sessions")}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState text={t("noSessions")} />
          ) : (
            <>
              <DataTable caption={t("sessions")} columns={columns} rows={all} rowKey={(it) => it.session.id} />
              <LoadMore query={query} count={all.length} />
            </>
          )
        }
      </QueryStates>
    </Panel>
  );
}
