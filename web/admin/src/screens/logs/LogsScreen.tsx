/** LOGS: sessions, searched and filtered, and taken out as a file. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { IconDownload, IconMessages } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { agentsQuery } from "../../api/agents.ts";
import { flagNamesQuery } from "../../api/definitions.ts";
import { logsQuery } from "../../api/logs.ts";
import { useMay } from "../../api/me.ts";
import { publishedBotsQuery } from "../../api/published.ts";
import { useKept } from "../../session/kept.ts";
import { Page } from "../../shell/Page.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { QueryStates } from "../../ui/QueryStates.tsx";
import { SearchedUntil } from "../../ui/SearchedUntil.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { ExportDialog } from "./ExportDialog.tsx";
import { useFound } from "./found.ts";
import classes from "./LogsScreen.module.css";
import { useLogColumns } from "./logColumns.tsx";
import { filterCount, type LogSearch, logFilter, NOTHING, STATUSES, type Wanted } from "./logSearch.ts";

export function LogsScreen() {
  const { t } = useTranslation("logs");
  const may = useMay();
  const search = useSearch({ from: "/signed-in/logs" });
  const navigate = useNavigate({ from: "/logs" });
  const [exporting, setExporting] = useState(false);
  // What was typed, and what was asked for: each question opens sealed texts, so it is asked when somebody means it.
  const [typed, setTyped] = useKept<Wanted>("logs.typed", NOTHING);
  const [wanted, setWanted] = useKept<Wanted>("logs.wanted", NOTHING);
  const filter = useMemo(() => logFilter(search, wanted), [search, wanted]);
  const query = useInfiniteQuery(logsQuery(filter));
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data), [query.data]);
  const last = query.data?.pages.at(-1);
  const columns = useLogColumns(wanted.words);
  useFound(rows);

  const bots = useQuery({ ...publishedBotsQuery, enabled: may("view_bots") });
  const flags = useQuery(flagNamesQuery);
  const agents = useQuery({ ...agentsQuery, enabled: may("manage_agents") });
  const ask = (next: Wanted) => {
    setTyped(next);
    setWanted(next);
  };
  const change = (changes: Partial<LogSearch>) => void navigate({ search: (old) => ({ ...old, ...changes }), replace: true });
  const clear = () => {
    ask(NOTHING);
    void navigate({ search: {}, replace: true });
  };
  const filters = filterCount(filter);
  const searching = wanted.words !== "";
  return (
    <Page
      title={t("title")}
      actions={
        <Button variant="default" leftSection={<IconDownload size={18} aria-hidden />} onClick={() => setExporting(true)}>
          {t("export.button")}
        </Button>
      }
    >
      <search>
        <form
          className={classes.bar}
          onSubmit={(event) => {
            event.preventDefault();
            ask(typed);
          }}
        >
          <div className={classes.search}>
            <SearchField
              label={t("filter.words")}
              value={typed.words}
              onChange={(words) => (words ? setTyped({ ...typed, words }) : ask({ ...typed, words }))}
            />
          </div>
          <TextInput
            className={classes.select}
            aria-label={t("filter.externalId")}
            placeholder={t("filter.externalId")}
            autoComplete="off"
            value={typed.externalId}
            onChange={(event) => {
              const externalId = event.currentTarget.value;
              if (externalId) setTyped({ ...typed, externalId });
              else ask({ ...typed, externalId });
            }}
          />
          <Button type="submit" variant="default">
            {t("common:search")}
          </Button>
        </form>
        <div className={classes.bar}>
          {may("view_bots") ? (
            <NativeSelect
              className={classes.select}
              aria-label={t("filter.bot")}
              data={[
                { value: "", label: t("filter.anyBot") },
                ...(bots.data?.map((it) => ({ value: it.function_id, label: it.name })) ?? []),
              ]}
              value={search.bot ?? ""}
              onChange={(event) => change({ bot: event.currentTarget.value || undefined })}
            />
          ) : null}
          <NativeSelect
            className={classes.select}
            aria-label={t("filter.status")}
            data={[{ value: "", label: t("filter.anyStatus") }, ...STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))]}
            value={search.status ?? ""}
            onChange={(event) => change({ status: STATUSES.find((it) => it === event.currentTarget.value) })}
          />
          <NativeSelect
            className={classes.select}
            aria-label={t("filter.flag")}
            data={[{ value: "", label: t("filter.anyFlag") }, ...(flags.data ?? [])]}
            value={search.flag ?? ""}
            onChange={(event) => change({ flag: event.currentTarget.value || undefined })}
          />
          {agents.data ? (
            <NativeSelect
              className={classes.select}
              aria-label={t("filter.agent")}
              data={[{ value: "", label: t("filter.anyAgent") }, ...agents.data.map((it) => ({ value: it.id, label: it.name }))]}
              value={search.agent ?? ""}
              onChange={(event) => change({ agent: event.currentTarget.value || undefined })}
            />
          ) : null}
          <TextInput
            className={classes.day}
            type="date"
            aria-label={t("filter.from")}
            value={search.from ?? ""}
            max={search.to}
            onChange={(event) => change({ from: event.currentTarget.value || undefined })}
          />
          <span className="muted small">{t("filter.until")}</span>
          <TextInput
            className={classes.day}
            type="date"
            aria-label={t("filter.to")}
            value={search.to ?? ""}
            min={search.from}
            onChange={(event) => change({ to: event.currentTarget.value || undefined })}
          />
        </div>
      </search>
      <QueryStates query={{ ...query, data: rows }} what={t("what")}>
        {(all) =>
          all.length === 0 ? (
            filters > 0 ? (
              <EmptyState text={t(query.hasNextPage ? "nothingYet" : "emptyFiltered", { count: filters })}>
                <SearchedUntil until={last?.searched_until} more={query.hasNextPage} />
                {query.hasNextPage ? (
                  <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {t("common:searchOn")}
                  </Button>
                ) : null}
                <Button variant="default" onClick={clear}>
                  {t("common:clearFilters")}
                </Button>
              </EmptyState>
            ) : (
              <EmptyState icon={IconMessages} title={t("empty.title")} text={t("empty.text")} />
            )
          ) : (
            <>
              <DataTable caption={t("title")} columns={columns} rows={all} rowKey={(it) => it.session.id} />
              {searching ? <SearchedUntil until={last?.searched_until} more={query.hasNextPage} /> : null}
              <LoadMore query={query} count={all.length} />
            </>
          )
        }
      </QueryStates>
      {exporting ? <ExportDialog filter={filter} onClose={() => setExporting(false)} /> : null}
    </Page>
  );
}
