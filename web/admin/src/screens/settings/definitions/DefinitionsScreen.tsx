/** A list of what the workspace has defined, with the dialogs to add, change and remove: the same for fields, flags and goals. */
import { Button } from "@mantine/core";
import { IconPencil, type IconProps, IconTrash } from "@tabler/icons-react";
import { type ComponentType, type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../../api/me.ts";
import { ConfirmDialog } from "../../../ui/ConfirmDialog.tsx";
import type { Column } from "../../../ui/DataTable.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import type { QueryLike } from "../../../ui/QueryStates.tsx";
import { type RowAct, RowActs } from "../../../ui/RowActs.tsx";
import { SearchField } from "../../../ui/SearchField.tsx";
import { toast } from "../../../ui/toasts.ts";
import { ListScreen } from "../ListScreen.tsx";
import classes from "./DefinitionsScreen.module.css";

interface Definition {
  name: string;
  description: string;
}

interface Props<D extends Definition> {
  /** `fields`, `flags` or `goals`: the part of the catalogue. */
  of: "fields" | "flags" | "goals";
  icon: ComponentType<IconProps>;
  query: QueryLike<D[]>;
  /** Between name and description. */
  columns: Column<D>[];
  /** Whether it may be removed. */
  removable?: (definition: D) => boolean;
  remove: (name: string) => Promise<unknown>;
  /** The dialog for a new one (null) or for one that is there. */
  dialog: (definition: D | null, close: () => void) => ReactNode;
}

type Dialog<D> = { kind: "edit"; of: D | null } | { kind: "remove"; of: D };

export function DefinitionsScreen<D extends Definition>({ of, icon, query, columns, removable = () => true, remove, dialog }: Props<D>) {
  const { t } = useTranslation(["definitions", "settings"]);
  const edit = useMay()("manage_settings");
  const [search, setSearch] = useState("");
  const [opened, setOpened] = useState<Dialog<D> | null>(null);
  const all: Column<D>[] = [
    { key: "name", header: t("name"), heading: true, cell: (it) => <span className="code">{it.name}</span> },
    ...columns,
    {
      key: "description",
      header: t("description"),
      cell: (it) => (it.description ? <span className={classes.description}>{it.description}</span> : <span className="muted">–</span>),
    },
  ];
  const wanted = search.trim().toLocaleLowerCase();
  const rows = useMemo(
    () => query.data?.filter((it) => `${it.name} ${it.description}`.toLocaleLowerCase().includes(wanted)),
    [query.data, wanted],
  );
  const acts = (it: D) => {
    const change: RowAct = {
      icon: IconPencil,
      label: t("editWhat", { name: it.name }),
      onClick: () => setOpened({ kind: "edit", of: it }),
    };
    const take: RowAct = {
      icon: IconTrash,
      label: t("removeWhat", { name: it.name }),
      isDangerous: true,
      onClick: () => setOpened({ kind: "remove", of: it }),
    };
    return <RowActs acts={removable(it) ? [change, take] : [change]} />;
  };
  return (
    <ListScreen
      title={t(`settings:menu.${of}`)}
      lead={t(`${of}.lead`)}
      query={{ ...query, data: rows }}
      add={edit ? { label: t(`${of}.add`), onClick: () => setOpened({ kind: "edit", of: null }) } : null}
      columns={all}
      rowKey={(it) => it.name}
      actions={edit ? acts : undefined}
      above={
        (query.data?.length ?? 0) > 8 ? (
          <div className={classes.search}>
            <SearchField label={t(`${of}.search`)} value={search} onChange={setSearch} />
          </div>
        ) : null
      }
      empty={
        wanted ? (
          <EmptyState text={t("emptyFiltered")}>
            <Button variant="default" onClick={() => setSearch("")}>
              {t("common:clearSearch")}
            </Button>
          </EmptyState>
        ) : (
          <EmptyState icon={icon} text={t(`${of}.empty`)} />
        )
      }
    >
      {opened?.kind === "edit" ? dialog(opened.of, () => setOpened(null)) : null}
      {opened?.kind === "remove" ? (
        <ConfirmDialog
          title={t(`${of}.removeTitle`, { name: opened.of.name })}
          act={t("common:remove")}
          onAct={async () => {
            await remove(opened.of.name);
            await query.refetch();
            toast(t("removed", { name: opened.of.name }));
          }}
          onClose={() => setOpened(null)}
        >
          <p>{t(`${of}.removeText`)}</p>
        </ConfirmDialog>
      ) : null}
    </ListScreen>
  );
}
