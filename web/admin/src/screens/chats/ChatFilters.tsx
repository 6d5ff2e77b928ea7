/** By what the list is narrowed: behind a line that says how much is. The server does the narrowing. */
import { Button, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { flagNamesQuery } from "../../api/definitions.ts";
import { deskAgentsQuery } from "../../api/desk.ts";
import { useMay } from "../../api/me.ts";
import { publishedBotsQuery } from "../../api/published.ts";
import type { ChatSearch } from "../../desk/chatSearch.ts";
import { FILTERS } from "../../desk/filter.ts";
import { LANGUAGE_CODES, languageNames } from "../../ui/languageNames.ts";
import classes from "./ListColumn.module.css";

const ViewDialog = lazy(async () => ({ default: (await import("./ViewDialog.tsx")).ViewDialog }));

interface Props {
  search: ChatSearch;
  onChoose: (changes: Partial<ChatSearch>) => void;
  onClear: () => void;
}

type Options = { value: string; label: string }[];

export function ChatFilters({ search, onChoose, onClear }: Props) {
  const { t } = useTranslation(["chats", "common"]);
  const active = FILTERS.filter((it) => search[it]).length;
  // What is narrowed already is shown from the start.
  const [isOpen, setOpen] = useState(active > 0);
  const [isNaming, setNaming] = useState(false);
  const options = useOptions(isOpen);
  return (
    <details className={classes.filters} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("filters.title", { count: active })}</summary>
      {isOpen ? (
        <div className={classes.fields}>
          {FILTERS.map((it) => (
            <NativeSelect
              key={it}
              size="xs"
              label={t(`filters.${it}`)}
              data={[{ value: "", label: t(`filters.any.${it}`) }, ...withChosen(options[it], search[it])]}
              value={search[it] ?? ""}
              onChange={(event) => onChoose({ [it]: event.currentTarget.value || undefined })}
            />
          ))}
          <div className={classes.filterActs}>
            <Button size="compact-xs" variant="default" onClick={() => setNaming(true)}>
              {t("views.save")}
            </Button>
            {active > 0 ? (
              <Button size="compact-xs" variant="subtle" color="gray" onClick={onClear}>
                {t("common:clearFilters")}
              </Button>
            ) : null}
          </div>
        </div>
      ) : null}
      {isNaming ? (
        <Suspense fallback={null}>
          <ViewDialog search={search} onClose={() => setNaming(false)} />
        </Suspense>
      ) : null}
    </details>
  );
}

/** What is chosen is among the options, whether or not it is known yet. */
const withChosen = (options: Options, chosen: string | undefined): Options =>
  chosen === undefined || options.some((it) => it.value === chosen) ? options : [...options, { value: chosen, label: chosen }];

function useOptions(isWanted: boolean): Record<(typeof FILTERS)[number], Options> {
  const { i18n } = useTranslation();
  const may = useMay();
  const flags = useQuery({ ...flagNamesQuery, enabled: isWanted });
  const bots = useQuery({ ...publishedBotsQuery, enabled: isWanted && may("view_bots") });
  const agents = useQuery({ ...deskAgentsQuery, enabled: isWanted });
  return {
    flag: (flags.data ?? []).map((it) => ({ value: it, label: it })),
    bot: (bots.data ?? []).map((it) => ({ value: it.function_id, label: it.name })),
    language: languageNames(LANGUAGE_CODES, i18n.language),
    agent: (agents.data ?? []).map((it) => ({ value: it.id, label: it.name })),
  };
}
