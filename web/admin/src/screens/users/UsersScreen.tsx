/** USERS: who chats with the bots, with what is known of them. */
import { Button, Checkbox, NativeSelect, Popover } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconColumns3, IconPlus, IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldsQuery, flagNamesQuery, type ProfileField } from "../../api/definitions.ts";
import { useMay } from "../../api/me.ts";
import { type User, usersQuery } from "../../api/users.ts";
import { useKept } from "../../session/kept.ts";
import { Page } from "../../shell/Page.tsx";
import { type Column, DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { fieldValue } from "../../ui/fieldValue.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { AnchorLink } from "../../ui/links.tsx";
import { Moment } from "../../ui/Moment.tsx";
import { QueryStates } from "../../ui/QueryStates.tsx";
import { SearchedUntil } from "../../ui/SearchedUntil.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { type Format, useFormat } from "../../ui/useFormat.ts";
import classes from "./UsersScreen.module.css";
import { userName } from "./userName.ts";
import { CHANGED, NOBODY, userFilter, type Wanted } from "./userSearch.ts";

const NewUserDialog = lazy(async () => ({ default: (await import("./NewUserDialog.tsx")).NewUserDialog }));

const BY: readonly Wanted["by"][] = ["q", "external_id", "user_phone", "user_email"];
/** The fields that have columns until somebody chooses others. The name is there anyway. */
const COLUMNS = ["user_phone", "user_email"];
const NAMES = ["user_name", "user_fname", "user_lname"];

export function UsersScreen() {
  const { t } = useTranslation("users");
  const search = useSearch({ from: "/signed-in/users" });
  const navigate = useNavigate({ from: "/users" });
  const edit = useMay()("edit_users");
  const [opened, setOpened] = useState(() => Date.now());
  const [adding, setAdding] = useState(false);
  // What was typed, and what was asked for: each question opens sealed values, so it is asked when somebody means it.
  const [typed, setTyped] = useKept<Wanted>("users.typed", NOBODY);
  const [wanted, setWanted] = useKept<Wanted>("users.wanted", NOBODY);
  const ask = (next: Wanted) => {
    setOpened(Date.now());
    setTyped(next);
    setWanted(next);
  };
  const filter = useMemo(() => userFilter(search, wanted, opened), [search, wanted, opened]);
  const query = useInfiniteQuery(usersQuery(filter));
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data), [query.data]);
  const last = query.data?.pages.at(-1);

  const fields = useQuery(fieldsQuery);
  const flags = useQuery(flagNamesQuery);
  const [chosen, setChosen] = useLocalStorage<string[]>({
    key: "smartbot.users.columns",
    defaultValue: COLUMNS,
    getInitialValueInEffect: false,
  });
  const columns = useColumns(fields.data ?? [], chosen);
  const filters = [wanted.text.trim() !== "", search.flag !== undefined, search.changed !== "any"].filter(Boolean).length;
  const change = (changes: Partial<typeof search>) => {
    setOpened(Date.now());
    void navigate({ search: (old) => ({ ...old, ...changes }), replace: true });
  };
  const clear = () => {
    ask(NOBODY);
    change({ flag: undefined, changed: "any" });
  };
  return (
    <Page
      title={t("title")}
      actions={
        edit ? (
          <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAdding(true)}>
            {t("add.button")}
          </Button>
        ) : null
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
          <NativeSelect
            className={classes.by}
            aria-label={t("filter.by")}
            data={BY.map((value) => ({ value, label: t(`filter.bys.${value}`) }))}
            value={typed.by}
            onChange={(event) => setTyped({ ...typed, by: BY.find((it) => it === event.currentTarget.value) ?? "q" })}
          />
          <div className={classes.search}>
            <SearchField
              label={t(`filter.texts.${typed.by}`)}
              value={typed.text}
              onChange={(text) => (text ? setTyped({ ...typed, text }) : ask({ ...typed, text }))}
            />
          </div>
          <Button type="submit" variant="default">
            {t("common:search")}
          </Button>
          <NativeSelect
            className={classes.select}
            aria-label={t("filter.flag")}
            data={[{ value: "", label: t("filter.anyFlag") }, ...(flags.data ?? [])]}
            value={search.flag ?? ""}
            onChange={(event) => change({ flag: event.currentTarget.value || undefined })}
          />
          <NativeSelect
            className={classes.select}
            aria-label={t("filter.changed")}
            data={CHANGED.map((value) => ({ value, label: t(`filter.changeds.${value}`) }))}
            value={search.changed}
            onChange={(event) => change({ changed: CHANGED.find((it) => it === event.currentTarget.value) ?? "any" })}
          />
          <ColumnChooser fields={fields.data ?? []} chosen={chosen} onChange={setChosen} />
        </form>
      </search>
      <QueryStates query={{ ...query, data: rows }} what={t("what")}>
        {(all) =>
          all.length === 0 ? (
            filters > 0 ? (
              <EmptyState text={t("emptyFiltered", { count: filters })}>
                <SearchedUntil until={last?.searched_until} more={query.hasNextPage} />
                {query.hasNextPage ? <LoadMore query={query} count={0} /> : null}
                <Button variant="default" onClick={clear}>
                  {t("common:clearFilters")}
                </Button>
              </EmptyState>
            ) : (
              <EmptyState icon={IconUsers} title={t("empty.title")} text={t("empty.text")} />
            )
          ) : (
            <>
              <DataTable caption={t("title")} columns={columns} rows={all} rowKey={(it) => it.id} />
              {wanted.text ? <SearchedUntil until={last?.searched_until} more={query.hasNextPage} /> : null}
              <LoadMore query={query} count={all.length} />
            </>
          )
        }
      </QueryStates>
      {adding ? (
        <Suspense fallback={null}>
          <NewUserDialog onClose={() => setAdding(false)} />
        </Suspense>
      ) : null}
    </Page>
  );
}

function useColumns(fields: ProfileField[], chosen: string[]): Column<User>[] {
  const { t } = useTranslation("users");
  const format = useFormat();
  return [
    {
      key: "name",
      header: t("column.name"),
      heading: true,
      cell: (it) => (
        <AnchorLink to="/users/$userId" params={{ userId: it.id }} inherit dir="auto">
          {userName(it) ?? t("unnamed")}
        </AnchorLink>
      ),
    },
    {
      key: "external_id",
      header: t("column.externalId"),
      cell: (it) => (it.external_id ? <span className="code">{it.external_id}</span> : <span className="muted">–</span>),
    },
    ...fields.filter((it) => chosen.includes(it.name)).map((field) => fieldColumn(field, t, format)),
    {
      key: "flags",
      header: t("column.flags"),
      cell: (it) =>
        it.flags.length > 0 ? (
          <span className={classes.flags}>
            {it.flags.map((flag) => (
              <Tag key={flag} tone="accent">
                {flag}
              </Tag>
            ))}
          </span>
        ) : (
          <span className="muted">–</span>
        ),
    },
    { key: "updated", header: t("column.updated"), cell: (it) => <Moment at={it.updated_at} /> },
  ];
}

function fieldColumn(field: ProfileField, t: ReturnType<typeof useTranslation>["t"], format: Format): Column<User> {
  return {
    key: field.name,
    header: t(`users:fields.${field.name}`, { defaultValue: field.name }),
    cell: (it) => {
      const value = fieldValue(t, format, it.fields[field.name], field.type);
      if (!value) return <span className="muted">–</span>;
      // A list is seen by whoever passes by: what is sensitive is shown on the user's own page only.
      return field.sensitive ? <span className="muted">{t("users:masked")}</span> : <span dir="auto">{value}</span>;
    },
  };
}

function ColumnChooser({ fields, chosen, onChange }: { fields: ProfileField[]; chosen: string[]; onChange: (chosen: string[]) => void }) {
  const { t } = useTranslation("users");
  return (
    <Popover position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={18} aria-hidden />}>
          {t("columns")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("columns")}>
        <div className={classes.columns}>
          {fields
            .filter((it) => !NAMES.includes(it.name))
            .map((it) => (
              <Checkbox
                key={it.name}
                label={t(`fields.${it.name}`, { defaultValue: it.name })}
                checked={chosen.includes(it.name)}
                onChange={(event) =>
                  onChange(event.currentTarget.checked ? [...chosen, it.name] : chosen.filter((name) => name !== it.name))
                }
              />
            ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
