/** SETTINGS → Canned replies: texts that agents put into their answers by `/`. */
import { IconMessage2Bolt, IconPencil, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type CannedReply, cannedQuery, deleteCanned } from "../../../api/canned.ts";
import { useMay } from "../../../api/me.ts";
import { ConfirmDialog } from "../../../ui/ConfirmDialog.tsx";
import type { Column } from "../../../ui/DataTable.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { languageNames } from "../../../ui/languageNames.ts";
import { RowActs } from "../../../ui/RowActs.tsx";
import { Tag } from "../../../ui/Tag.tsx";
import { toast } from "../../../ui/toasts.ts";
import { ListScreen } from "../ListScreen.tsx";
import { CannedDialog } from "./CannedDialog.tsx";
import classes from "./CannedScreen.module.css";

type Dialog = { kind: "edit"; of: CannedReply | null } | { kind: "remove"; of: CannedReply };

export function CannedScreen() {
  const { t } = useTranslation(["canned", "settings"]);
  const edit = useMay()("answer_chats");
  const queries = useQueryClient();
  const replies = useQuery(cannedQuery);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const columns = useColumns();
  const close = () => setDialog(null);
  const acts = (of: CannedReply) => (
    <RowActs
      acts={[
        { icon: IconPencil, label: t("editWhat", { name: of.name }), onClick: () => setDialog({ kind: "edit", of }) },
        { icon: IconTrash, label: t("removeWhat", { name: of.name }), isDangerous: true, onClick: () => setDialog({ kind: "remove", of }) },
      ]}
    />
  );
  return (
    <ListScreen
      title={t("settings:menu.canned")}
      lead={t("lead")}
      query={replies}
      add={edit ? { label: t("add"), onClick: () => setDialog({ kind: "edit", of: null }) } : null}
      columns={columns}
      rowKey={(it) => it.id}
      actions={edit ? acts : undefined}
      empty={<EmptyState icon={IconMessage2Bolt} text={t("empty")} />}
    >
      {dialog?.kind === "edit" ? <CannedDialog reply={dialog.of} onClose={close} /> : null}
      {dialog?.kind === "remove" ? (
        <ConfirmDialog
          title={t("remove.title", { name: dialog.of.name })}
          act={t("common:remove")}
          onAct={async () => {
            await deleteCanned(dialog.of.id);
            await queries.invalidateQueries({ queryKey: cannedQuery.queryKey });
            toast(t("remove.done", { name: dialog.of.name }));
          }}
          onClose={close}
        >
          <p>{t("remove.text")}</p>
        </ConfirmDialog>
      ) : null}
    </ListScreen>
  );
}

function useColumns(): Column<CannedReply>[] {
  const { t, i18n } = useTranslation(["canned", "common"]);
  return [
    { key: "name", header: t("name"), heading: true, cell: (it) => <span dir="auto">{it.name}</span> },
    {
      key: "text",
      header: t("text"),
      cell: (it) => (
        <span className={classes.text} dir="auto">
          {it.text}
        </span>
      ),
    },
    {
      key: "language",
      header: t("language"),
      cell: (it) =>
        it.language ? languageNames([it.language], i18n.language)[0]?.label : <span className="muted">{t("anyLanguage")}</span>,
    },
    {
      key: "whose",
      header: t("whose"),
      cell: (it) => <Tag tone={it.is_personal ? "accent" : "neutral"}>{t(it.is_personal ? "own" : "shared")}</Tag>,
    },
  ];
}
