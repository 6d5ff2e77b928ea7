/** The lists of the desk with their live counts, and below them those that the agent has made. */
import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { DESK_LISTS } from "../../api/desk.ts";
import { useMe } from "../../api/me.ts";
import { type ChatSearch, isSameSearch } from "../../desk/chatSearch.ts";
import { FILTERS } from "../../desk/filter.ts";
import { useLive } from "../../desk/live.ts";
import { useViews } from "../../desk/views.ts";
import classes from "./ListColumn.module.css";

interface Props {
  search: ChatSearch;
  onChoose: (changes: Partial<ChatSearch>) => void;
}

export function DeskLists({ search, onChoose }: Props) {
  const { t } = useTranslation("chats");
  const counts = useLive((it) => it.counts);
  const { views, forget } = useViews(useMe().agent.id);
  const isView = views.some((it) => isSameSearch(it.search, search));
  return (
    <ul className={classes.lists} aria-label={t("lists")}>
      {DESK_LISTS.map((it) => {
        const count = it === "closed" ? undefined : counts?.[it];
        return (
          <li key={it}>
            <button
              type="button"
              aria-pressed={it === search.list && !isView}
              data-urgent={it === "needs_person" && (count ?? 0) > 0}
              onClick={() => onChoose({ list: it })}
            >
              <span>{t(`list.${it}`)}</span>
              {count === undefined ? null : <span className={classes.count}>{count}</span>}
            </button>
          </li>
        );
      })}
      {views.map(({ name, search: view }) => (
        <li key={`view ${name}`} className={classes.view}>
          <button type="button" aria-pressed={isSameSearch(view, search)} onClick={() => onChoose(whole(view))}>
            <span dir="auto">{name}</span>
          </button>
          <ActionIcon size={28} variant="subtle" color="gray" aria-label={t("views.forget", { name })} onClick={() => forget(name)}>
            <IconX size={14} aria-hidden />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}

/** A search that also takes away what it does not say. */
const whole = (search: ChatSearch): ChatSearch => ({ ...Object.fromEntries(FILTERS.map((it) => [it, undefined])), ...search });
