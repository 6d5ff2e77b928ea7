/** The lists of chats with their live counts, and the one that is chosen. */
import { NativeSelect } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { flagNamesQuery } from "../../api/definitions.ts";
import { DESK_LISTS, type DeskListName, type DeskSession, deskListQuery } from "../../api/desk.ts";
import { useMe } from "../../api/me.ts";
import { belongs } from "../../desk/lists.ts";
import { useLive } from "../../desk/live.ts";
import { useKept } from "../../session/kept.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { QueryStates } from "../../ui/QueryStates.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { ChatRow } from "./ChatRow.tsx";
import { EmptyList } from "./EmptyList.tsx";
import classes from "./ListColumn.module.css";

export function ListColumn({ open }: { open: string | null }) {
  const { t } = useTranslation("chats");
  const { list, flag } = useSearch({ from: "/signed-in/chats" });
  const navigate = useNavigate();
  const me = useMe().agent.id;
  const flags = useQuery(flagNamesQuery);
  // What was typed, and what was asked for: a search opens sealed values, so it is asked when somebody means it.
  const [typed, setTyped] = useKept("chats.typed", "");
  const [wanted, setWanted] = useKept("chats.wanted", "");
  const q = wanted.trim() || undefined;
  const query = useInfiniteQuery(deskListQuery({ list, q }));
  const offers = useLive((it) => it.offers);
  const chats = useMemo(() => {
    const all = query.data?.pages.flatMap((page) => page.data);
    if (!all) return all;
    // What is offered may be told before the list knows it.
    const isNews = (it: DeskSession) => !q && belongs(list, it, me) && !all.some((one) => one.session.id === it.session.id);
    const shown = [...Object.values(offers).filter(isNews), ...all];
    // The list has no filter of its own for flags: it is narrowed here, as far as it is loaded.
    return flag ? shown.filter((it) => it.user.flags.includes(flag)) : shown;
  }, [query.data, offers, list, q, flag, me]);

  const choose = (changes: { list?: DeskListName; flag?: string | undefined }) =>
    void navigate({ to: ".", search: (old: { list?: DeskListName; flag?: string }) => ({ ...old, ...changes }) });
  const clear = () => {
    setTyped("");
    setWanted("");
    choose({ flag: undefined });
  };
  return (
    <section className={classes.column} aria-label={t("lists")} data-column="list" tabIndex={-1}>
      <Lists chosen={list} onChoose={(it) => choose({ list: it })} />
      <search className={classes.search}>
        <SearchField
          label={t("search")}
          value={typed}
          onChange={(text) => {
            setTyped(text);
            if (!text) setWanted("");
          }}
          onEnter={() => setWanted(typed)}
        />
        <NativeSelect
          aria-label={t("filterFlag")}
          data={[{ value: "", label: t("anyFlag") }, ...(flags.data ?? [])]}
          value={flag ?? ""}
          onChange={(event) => choose({ flag: event.currentTarget.value || undefined })}
        />
      </search>
      <QueryStates query={{ ...query, data: chats }} what={t("what")}>
        {(all) =>
          all.length === 0 ? (
            <>
              <EmptyList list={list} isFiltered={q !== undefined || flag !== undefined} onClear={clear} />
              {query.hasNextPage ? <LoadMore query={query} count={0} /> : null}
            </>
          ) : (
            <>
              <Rows label={t(`list.${list}`)} ids={all.map((it) => it.session.id)} open={open}>
                {(id, tabIndex) => {
                  const chat = all.find((it) => it.session.id === id);
                  return chat ? <ChatRow key={id} chat={chat} isOpen={id === open} tabIndex={tabIndex} /> : null;
                }}
              </Rows>
              {query.hasNextPage || all.length > 20 ? <LoadMore query={query} count={all.length} /> : null}
            </>
          )
        }
      </QueryStates>
    </section>
  );
}

function Lists({ chosen, onChoose }: { chosen: DeskListName; onChoose: (list: DeskListName) => void }) {
  const { t } = useTranslation("chats");
  const counts = useLive((it) => it.counts);
  return (
    <ul className={classes.lists} aria-label={t("lists")}>
      {DESK_LISTS.map((it) => {
        const count = it === "closed" ? undefined : counts?.[it];
        return (
          <li key={it}>
            <button
              type="button"
              aria-pressed={it === chosen}
              data-urgent={it === "needs_person" && (count ?? 0) > 0}
              onClick={() => onChoose(it)}
            >
              <span>{t(`list.${it}`)}</span>
              {count === undefined ? null : <span className={classes.count}>{count}</span>}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

interface RowsProps {
  label: string;
  ids: string[];
  open: string | null;
  children: (id: string, tabIndex: 0 | -1) => React.ReactNode;
}

/** One stop for the tabulator; arrows go from chat to chat. */
function Rows({ label, ids, open, children }: RowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const stop = current !== null && ids.includes(current) ? current : open !== null && ids.includes(open) ? open : ids[0];
  const press = (event: KeyboardEvent) => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>("[data-chat]") ?? [])];
    const now = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || now < 0) return;
    event.preventDefault();
    all[Math.min(Math.max(to, 0), all.length - 1)]?.focus();
  };
  return (
    <ul
      ref={list}
      className={classes.rows}
      aria-label={label}
      onKeyDown={press}
      onFocus={(event) => {
        const id = (event.target as HTMLElement).dataset.chat;
        if (id) setCurrent(id);
      }}
    >
      {ids.map((id) => children(id, id === stop ? 0 : -1))}
    </ul>
  );
}
