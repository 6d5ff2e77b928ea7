/** SETTINGS → Advanced → Secrets: the names of what calls of External APIs send in their headers. */
import { ActionIcon, Button } from "@mantine/core";
import { IconKey, IconPlus, IconReplace, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { deleteSecret, secretsQuery } from "../../../api/secrets.ts";
import { Page } from "../../../shell/Page.tsx";
import { ConfirmDialog } from "../../../ui/ConfirmDialog.tsx";
import { DataTable } from "../../../ui/DataTable.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { QueryStates } from "../../../ui/QueryStates.tsx";
import { toast } from "../../../ui/toasts.ts";
import { SecretDialog } from "./SecretDialog.tsx";
import { reference } from "./secretRules.ts";

type Dialog = { kind: "add" } | { kind: "replace" | "remove"; name: string };

export function SecretsScreen() {
  const { t } = useTranslation(["secrets", "settings"]);
  const queries = useQueryClient();
  const secrets = useQuery(secretsQuery);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const read = () => queries.invalidateQueries({ queryKey: secretsQuery.queryKey });
  return (
    <Page
      title={t("settings:menu.secrets")}
      lead={t("lead")}
      actions={
        <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setDialog({ kind: "add" })}>
          {t("add")}
        </Button>
      }
    >
      <QueryStates query={secrets} what={t("settings:menu.secrets")}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={IconKey} text={t("empty")} />
          ) : (
            <DataTable
              caption={t("settings:menu.secrets")}
              columns={[
                { key: "name", header: t("name"), heading: true, cell: (it) => <span className="code">{it.name}</span> },
                { key: "reference", header: t("reference"), cell: (it) => <span className="code">{reference(it.name)}</span> },
              ]}
              rows={all}
              rowKey={(it) => it.name}
              actions={({ name }) => (
                <span>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size="lg"
                    aria-label={t("replaceWhat", { name })}
                    onClick={() => setDialog({ kind: "replace", name })}
                  >
                    <IconReplace size={18} aria-hidden />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    color="red"
                    size="lg"
                    aria-label={t("deleteWhat", { name })}
                    onClick={() => setDialog({ kind: "remove", name })}
                  >
                    <IconTrash size={18} aria-hidden />
                  </ActionIcon>
                </span>
              )}
            />
          )
        }
      </QueryStates>
      {dialog?.kind === "add" ? <SecretDialog names={secrets.data?.map((it) => it.name) ?? []} onSaved={read} onClose={close} /> : null}
      {dialog?.kind === "replace" ? <SecretDialog name={dialog.name} onSaved={read} onClose={close} /> : null}
      {dialog?.kind === "remove" ? (
        <ConfirmDialog
          title={t("deleteTitle", { name: dialog.name })}
          act={t("delete")}
          onAct={async () => {
            await deleteSecret(dialog.name);
            await read();
            toast(t("deleted", { name: dialog.name }));
          }}
          onClose={close}
        >
          <p>{t("deleteText", { reference: reference(dialog.name) })}</p>
        </ConfirmDialog>
      ) : null}
    </Page>
  );
}
