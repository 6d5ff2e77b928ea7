/** SETTINGS → Canned replies: texts that agents put into their answers by `/`. */
import { ActionIcon, Button } from "@mantine/core";
import { IconMessage2Bolt, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type CannedReply, cannedQuery, deleteCanned } from "../../../api/canned.ts";
import { useMay } from "../../../api/me.ts";
import { Page } from "../../../shell/Page.tsx";
import { ConfirmDialog } from "../../../ui/ConfirmDialog.tsx";
import { type Column, DataTable } from "../../../ui/DataTable.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { languageNames } from "../../../ui/languageNames.ts";
import { QueryStates } from "../../../ui/QueryStates.tsx";
import { Tag } from "../../../ui/Tag.tsx";
import { toast } from "../../../ui/toasts.ts";
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
  return (
    <Page
      title={t("settings:menu.canned")}
      lead={t("lead")}
      actions={
        edit ? (
          <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setDialog({ kind: "edit", of: null })}>
            {t("add")}
          </Button>
        ) : null
      }
    >
      <QueryStates query={replies} what={t("settings:menu.canned")}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={IconMessage2Bolt} text={t("empty")} />
          ) : (
            <DataTable
              caption={t("settings:menu.canned")}
              columns={columns}
              rows={all}
              rowKey={(it) => it.id}
              actions={
                edit
                  ? (it) => (
                      <span className={classes.acts}>
                        <ActionIcon
                          variant="subtle"
                          color="gray"
                          size="lg"
                          aria-label={t("editWhat", { name: it.name })}
                          onClick={() => setDialog({ kind: "edit", of: it })}
                        >
                          <IconPencil size={18} aria-hidden />
                        </ActionIcon>
                        <ActionIcon
                          variant="subtle"
                          color="red"
                          size="lg"
                          aria-label={t("removeWhat", { name: it.name })}
                          onClick={() => setDialog({ kind: "remove", of: it })}
                        >
                          <IconTrash size={18} aria-hidden />
                        </ActionIcon>
                      </span>
                    )
                  : undefined
              }
            />
          )
        }
      </QueryStates>
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
    </Page>
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
