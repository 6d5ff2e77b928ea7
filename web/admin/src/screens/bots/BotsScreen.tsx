/** CHATBOTS: the list of bots, and what is done with one as a whole. */
import { ActionIcon, Button, NativeSelect } from "@mantine/core";
import { IconFileImport, IconLayoutGrid, IconList, IconPlus, IconTemplate } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type BotSummary, botsQuery } from "../../api/bots.ts";
import { useMay } from "../../api/me.ts";
import { Page } from "../../shell/Page.tsx";
import { announce } from "../../ui/announcer.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ButtonLink } from "../../ui/links.tsx";
import { QueryStates } from "../../ui/QueryStates.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { ShowMore } from "../../ui/ShowMore.tsx";
import { readSort, sorted, writeSort } from "../../ui/sorting.ts";
import { useAllPages } from "../../ui/useAllPages.ts";
import { useTyped } from "../../ui/useTyped.ts";
import { Waiting } from "../../ui/Waiting.tsx";
import { BotMenu } from "./BotMenu.tsx";
import classes from "./BotsScreen.module.css";
import { useBotColumns } from "./botColumns.tsx";
import { type BotFilter, DEFAULT_SORT, fits, LIVES } from "./botFilter.ts";
import type { BotDialog } from "./dialogs.ts";
import { useView } from "./useView.ts";

const FirstBot = lazy(async () => ({ default: (await import("./FirstBot.tsx")).FirstBot }));
const Dialogs = lazy(async () => ({ default: (await import("./Dialogs.tsx")).Dialogs }));

/** How many rows are drawn before somebody asks for more. */
const ROWS = 50;

export function BotsScreen() {
  const { t, i18n } = useTranslation(["bots", "templates"]);
  const may = useMay();
  const filter = useSearch({ from: "/signed-in/bots" });
  const navigate = useNavigate({ from: "/bots" });
  const [dialog, setDialog] = useState<BotDialog | null>(null);
  const asked = filter.dialog;
  useEffect(() => {
    if (!asked) return;
    setDialog({ kind: asked });
    // The address means the list: going back must not open the dialog again.
    void navigate({ search: (old) => ({ ...old, dialog: undefined }), replace: true });
  }, [asked, navigate]);
  const [view, setView] = useView();
  const [shownRows, setShownRows] = useState(ROWS);
  const columns = useBotColumns(filter.status === "archived");

  const bots = useAllPages(useInfiniteQuery(botsQuery(filter.status)));

  const wanted = useDeferredValue(filter);
  const sort = readSort(wanted.sort, DEFAULT_SORT);
  const rows = useMemo(() => {
    const fitting = (bots.data ?? []).filter((it) => fits(it, wanted));
    return sorted(fitting, columns, sort, i18n.language);
  }, [bots.data, wanted, columns, sort, i18n.language]);

  const change = (changes: Partial<BotFilter>) => {
    setShownRows(ROWS);
    void navigate({ search: (old) => ({ ...old, ...changes }), replace: true });
  };
  const [typed, type] = useTyped(filter.q, (q) => change({ q }));
  const filters = [filter.q.trim() !== "", filter.live !== "all", filter.problems].filter(Boolean).length;
  const count = rows.length;
  const searching = filter.q.trim() !== "";
  useEffect(() => {
    if (searching && bots.complete) announce(t("found", { count }));
  }, [searching, count, bots.complete, t]);

  const edit = may("edit_bots");
  return (
    <Page
      title={t("title")}
      actions={
        edit ? (
          <>
            <Button variant="default" leftSection={<IconFileImport size={18} aria-hidden />} onClick={() => setDialog({ kind: "import" })}>
              {t("import.button")}
            </Button>
            <ButtonLink variant="default" to="/templates" leftSection={<IconTemplate size={18} aria-hidden />}>
              {t("templates.button")}
            </ButtonLink>
            <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setDialog({ kind: "new" })}>
              {t("new.button")}
            </Button>
          </>
        ) : null
      }
    >
      <search className={classes.bar}>
        <div className={classes.search}>
          <SearchField label={t("search")} value={typed} onChange={type} />
        </div>
        <NativeSelect
          className={classes.select}
          aria-label={t("filter.status")}
          data={[
            { value: "active", label: t("filter.active") },
            { value: "archived", label: t("filter.archived") },
          ]}
          value={filter.status}
          onChange={(event) => change({ status: event.currentTarget.value === "archived" ? "archived" : "active" })}
        />
        <NativeSelect
          className={classes.select}
          aria-label={t("filter.live")}
          data={LIVES.map((value) => ({ value, label: t(`filter.lives.${value}`) }))}
          value={filter.live}
          onChange={(event) => change({ live: LIVES.find((it) => it === event.currentTarget.value) ?? "all" })}
        />
        {/* The browser's own: on the first screen each kilobyte counts. */}
        <label className={classes.problems}>
          <input type="checkbox" checked={filter.problems} onChange={(event) => change({ problems: event.currentTarget.checked })} />
          {t("filter.problems")}
        </label>
        <fieldset className={classes.view} aria-label={t("view.label")}>
          <ViewButton icon={IconList} label={t("view.table")} on={view === "table"} onChoose={() => setView("table")} />
          <ViewButton icon={IconLayoutGrid} label={t("view.cards")} on={view === "cards"} onChoose={() => setView("cards")} />
        </fieldset>
      </search>

      <QueryStates query={bots} what={t("what")}>
        {(all) =>
          all.length === 0 && filters === 0 ? (
            filter.status === "archived" ? (
              <EmptyState text={t("empty.archived")} />
            ) : (
              <Suspense fallback={<Waiting />}>
                <FirstBot onNew={() => setDialog({ kind: "new" })} onImport={() => setDialog({ kind: "import" })} />
              </Suspense>
            )
          ) : rows.length === 0 ? (
            <EmptyState text={t("empty.filtered", { count: filters })}>
              <Button variant="default" onClick={() => change({ q: "", live: "all", problems: false })}>
                {t("common:clearFilters")}
              </Button>
            </EmptyState>
          ) : (
            <>
              <DataTable
                caption={t("title")}
                columns={columns}
                rows={rows.slice(0, shownRows)}
                rowKey={(it: BotSummary) => it.id}
                actions={(it) => <BotMenu bot={it} open={setDialog} />}
                sort={sort}
                onSort={(next) => change({ sort: writeSort(next) })}
                cards={view === "cards"}
              />
              <ShowMore shown={Math.min(shownRows, count)} count={count} step={ROWS} onMore={() => setShownRows((it) => it + ROWS)} />
            </>
          )
        }
      </QueryStates>
      {dialog ? (
        <Suspense fallback={null}>
          <Dialogs dialog={dialog} taken={new Set(bots.data?.map((it) => it.function_id))} onClose={() => setDialog(null)} />
        </Suspense>
      ) : null}
    </Page>
  );
}

interface ViewButtonProps {
  icon: typeof IconList;
  label: string;
  on: boolean;
  onChoose: () => void;
}

function ViewButton({ icon: Icon, label, on, onChoose }: ViewButtonProps) {
  return (
    <ActionIcon
      variant={on ? "light" : "subtle"}
      color={on ? undefined : "gray"}
      size="lg"
      aria-label={label}
      aria-pressed={on}
      onClick={onChoose}
    >
      <Icon size={18} aria-hidden />
    </ActionIcon>
  );
}
