/** The delivery log: what was sent where, what came of it, and the ways back. */
import { Button, Select } from "@mantine/core";
import { IconHistory, IconPlayerSkipForward, IconSend } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { EVENT_GROUPS, EVENT_TYPES } from "../../../api/events.ts";
import {
  type Delivery,
  deliveriesQuery,
  type Endpoint,
  endpointsQuery,
  newestDeliveryQuery,
  type DeliveryState as State,
} from "../../../api/webhooks.ts";
import { type Column, DataTable } from "../../../ui/DataTable.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { AnchorLink } from "../../../ui/links.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { QueryStates } from "../../../ui/QueryStates.tsx";
import { useNews } from "../../../ui/useNews.ts";
import { ApiPage } from "../ApiPage.tsx";
import classes from "./DeliveriesScreen.module.css";
import { DeliveryState } from "./DeliveryState.tsx";
import { deliveryErrorWords } from "./deliveryErrorWords.ts";
import { ALL_DELIVERIES, type DeliverySearch, filterCount, filterOf, WITHIN } from "./deliverySearch.ts";
import { Resends } from "./Resends.tsx";

const ResendDialog = lazy(async () => ({ default: (await import("./ResendDialog.tsx")).ResendDialog }));

const STATES: readonly State[] = ["pending", "delivered", "dead"];
const FROM = "/signed-in/settings/advanced/api-and-webhook/deliveries";

export function DeliveriesScreen() {
  const { t } = useTranslation(["deliveries", "events"]);
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/settings/advanced/api-and-webhook/deliveries" });
  const queries = useQueryClient();
  const [opened, setOpened] = useState(() => Date.now());
  const [resend, setResend] = useState<"recover" | "replay" | null>(null);
  const filter = useMemo(() => filterOf(search, opened), [search, opened]);
  const endpoints = useQuery(endpointsQuery);
  const query = useInfiniteQuery(deliveriesQuery(filter));
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data), [query.data]);
  const columns = useColumns(endpoints.data ?? []);

  // Rows do not move under the reader: that there are newer ones is told, and shown when asked for.
  const newest = useQuery({ ...newestDeliveryQuery(filter), enabled: rows !== undefined });
  useNews(newest.refetch, 5_000);
  const unseen = newest.data != null && rows !== undefined && newest.data.id !== rows[0]?.id && newest.dataUpdatedAt > query.dataUpdatedAt;
  const showNewest = () => {
    setOpened(Date.now());
    void queries.resetQueries({ queryKey: deliveriesQuery(filter).queryKey });
  };

  const change = (changes: Partial<DeliverySearch>) => {
    setOpened(Date.now());
    void navigate({ search: (old) => ({ ...old, ...changes }), replace: true });
  };
  const filters = filterCount(search);
  return (
    <ApiPage tab="deliveries">
      <search className={classes.bar}>
        <Select
          aria-label={t("filter.state")}
          placeholder={t("filter.anyState")}
          clearable
          data={STATES.map((value) => ({ value, label: t(`filter.states.${value}`) }))}
          value={search.state ?? null}
          onChange={(value) => change({ state: STATES.find((it) => it === value) })}
        />
        <Select
          aria-label={t("filter.type")}
          placeholder={t("filter.anyType")}
          clearable
          searchable
          data={EVENT_GROUPS.map((it) => ({ group: t(`events:groups.${it.name}`), items: it.types }))}
          value={search.type ?? null}
          onChange={(value) => change({ type: EVENT_TYPES.find((it) => it === value) })}
        />
        <Select
          className={classes.endpoint}
          aria-label={t("filter.endpoint")}
          placeholder={t("filter.anyEndpoint")}
          clearable
          data={endpoints.data?.map((it) => ({ value: it.id, label: it.url })) ?? []}
          value={search.endpoint ?? null}
          onChange={(value) => change({ endpoint: value ?? undefined })}
        />
        <Select
          aria-label={t("filter.within")}
          allowDeselect={false}
          data={WITHIN.map((value) => ({ value, label: t(`filter.withins.${value}`) }))}
          value={search.within}
          onChange={(value) => change({ within: WITHIN.find((it) => it === value) ?? "all" })}
        />
        <div className={classes.acts}>
          <Button variant="default" leftSection={<IconPlayerSkipForward size={18} aria-hidden />} onClick={() => setResend("recover")}>
            {t("recover.button")}
          </Button>
          <Button variant="default" leftSection={<IconHistory size={18} aria-hidden />} onClick={() => setResend("replay")}>
            {t("replay.button")}
          </Button>
        </div>
      </search>

      <Resends endpoints={endpoints.data ?? []} />

      <div role="status" className={classes.news}>
        {unseen ? (
          <Button size="xs" variant="light" onClick={showNewest}>
            {t("newer")}
          </Button>
        ) : null}
      </div>

      <QueryStates query={{ ...query, data: rows }} what={t("what")}>
        {(all) =>
          all.length === 0 ? (
            filters > 0 ? (
              <EmptyState text={t("emptyFiltered", { count: filters })}>
                <Button
                  variant="default"
                  onClick={() => change({ ...ALL_DELIVERIES, endpoint: undefined, state: undefined, type: undefined })}
                >
                  {t("common:clearFilters")}
                </Button>
              </EmptyState>
            ) : (
              <EmptyState icon={IconSend} title={t("empty.title")} text={t("empty.text")} />
            )
          ) : (
            <>
              <DataTable caption={t("title")} columns={columns} rows={all} rowKey={(it) => it.id} />
              <LoadMore query={query} count={all.length} />
            </>
          )
        }
      </QueryStates>

      {resend ? (
        <Suspense fallback={null}>
          <ResendDialog kind={resend} endpoints={endpoints.data ?? []} endpoint={search.endpoint} onClose={() => setResend(null)} />
        </Suspense>
      ) : null}
    </ApiPage>
  );
}

function useColumns(endpoints: Endpoint[]): Column<Delivery>[] {
  const { t } = useTranslation(["deliveries", "events"]);
  const urls = useMemo(() => new Map(endpoints.map((it) => [it.id, it.url])), [endpoints]);
  return [
    {
      key: "type",
      header: t("column.type"),
      heading: true,
      cell: (it) => (
        <AnchorLink to="/settings/advanced/api-and-webhook/deliveries/$deliveryId" params={{ deliveryId: it.id }} inherit className="code">
          {it.type}
        </AnchorLink>
      ),
    },
    { key: "at", header: t("column.at"), cell: (it) => <Moment at={it.created_at} /> },
    { key: "state", header: t("column.state"), cell: (it) => <DeliveryState delivery={it} /> },
    {
      key: "endpoint",
      header: t("column.endpoint"),
      cell: (it) => <span className={`code ${classes.url}`}>{urls.get(it.endpoint_id) ?? t("goneEndpoint")}</span>,
    },
    { key: "attempts", header: t("column.attempts"), align: "end", cell: (it) => it.attempts },
    {
      key: "last",
      header: t("column.last"),
      cell: (it) =>
        it.last_error ? (
          deliveryErrorWords(t, it.last_error, it.last_status)
        ) : it.last_status ? (
          `HTTP ${it.last_status}`
        ) : (
          <span className="muted">–</span>
        ),
    },
    { key: "next", header: t("column.next"), quiet: true, cell: (it) => (it.next_attempt_at ? <Moment at={it.next_attempt_at} /> : null) },
  ];
}
