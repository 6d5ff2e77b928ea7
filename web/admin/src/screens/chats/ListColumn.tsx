/** The lists of chats with their live counts, and the one that is chosen. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type DeskFilter, type DeskSession, deskListQuery } from "../../api/desk.ts";
import { useMe } from "../../api/me.ts";
import { type ChatSearch, readChatSearch } from "../../desk/chatSearch.ts";
import { FILTERS, passes } from "../../desk/filter.ts";
import { belongs } from "../../desk/lists.ts";
import { useLive } from "../../desk/live.ts";
import { useKept } from "../../session/kept.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { QueryStates } from "../../ui/QueryStates.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { ChatFilters } from "./ChatFilters.tsx";
import { ChatRow } from "./ChatRow.tsx";
import { DeskLists } from "./DeskLists.tsx";
import { EmptyList } from "./EmptyList.tsx";
import classes from "./ListColumn.module.css";

const NO_FILTER = Object.fromEntries(FILTERS.map((it) => [it, undefined]));

export function ListColumn({ open }: { open: string | null }) {
  const { t } = useTranslation("chats");
  const search = readChatSearch(useSearch({ from: "/signed-in/chats" }));
  const navigate = useNavigate();
  // What was typed, and what was asked for: a search opens sealed values, so it is asked when somebody means it.
  const [typed, setTyped] = useKept("chats.typed", "");
  const [wanted, setWanted] = useKept("chats.wanted", "");
  const filter: DeskFilter = { ...search, q: wanted.trim() || undefined };
  const { query, chats } = useChats(filter);
  const isFiltered = filter.q !== undefined || FILTERS.some((it) => search[it]);

  const choose = (changes: Partial<ChatSearch>) =>
    void navigate({ to: ".", search: (old: Partial<ChatSearch>) => ({ ...old, ...changes }) });
  const clear = () => {
    setTyped("");
    setWanted("");
    choose(NO_FILTER);
  };
  return (
    <section className={classes.column} aria-label={t("lists")} data-column="list" tabIndex={-1}>
      <DeskLists search={search} onChoose={choose} />
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
        <ChatFilters search={search} onChoose={choose} onClear={() => choose(NO_FILTER)} />
      </search>
      <QueryStates query={{ ...query, data: chats }} what={t("what")}>
        {(all) =>
          all.length === 0 ? (
            <>
              <EmptyList list={search.list} isFiltered={isFiltered} onClear={clear} />
              {query.hasNextPage ? <LoadMore query={query} count={0} /> : null}
            </>
          ) : (
            <>
              <Rows label={t(`list.${search.list}`)} ids={all.map((it) => it.session.id)} open={open}>
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

/** The chats of a list, with what is offered to the agent, which may be told before the list knows it. */
function useChats(filter: DeskFilter) {
  const me = useMe().agent.id;
  const query = useInfiniteQuery(deskListQuery(filter));
  const offers = useLive((it) => it.offers);
  const all = query.data?.pages.flatMap((page) => page.data);
  if (!all || filter.q) return { query, chats: all };
  const isNews = (it: DeskSession) =>
    belongs(filter.list, it, me) && passes(filter, it) && !all.some((one) => one.session.id === it.session.id);
  return { query, chats: [...Object.values(offers).filter(isNews), ...all] };
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
