/** SETTINGS → Advanced → Secrets: the names of what calls of External APIs send in their headers. */
import { IconKey, IconReplace, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { deleteSecret, secretsQuery } from "../../../api/secrets.ts";
import { ConfirmDialog } from "../../../ui/ConfirmDialog.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { RowActs } from "../../../ui/RowActs.tsx";
import { toast } from "../../../ui/toasts.ts";
import { ListScreen } from "../ListScreen.tsx";
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
    <ListScreen
      title={t("settings:menu.secrets")}
      lead={t("lead")}
      query={secrets}
      add={{ label: t("add"), onClick: () => setDialog({ kind: "add" }) }}
      columns={[
        { key: "name", header: t("name"), heading: true, cell: (it) => <span className="code">{it.name}</span> },
        { key: "reference", header: t("reference"), cell: (it) => <span className="code">{reference(it.name)}</span> },
      ]}
      rowKey={(it) => it.name}
      actions={({ name }) => (
        <RowActs
          acts={[
            { icon: IconReplace, label: t("replaceWhat", { name }), onClick: () => setDialog({ kind: "replace", name }) },
            { icon: IconTrash, label: t("deleteWhat", { name }), isDangerous: true, onClick: () => setDialog({ kind: "remove", name }) },
          ]}
        />
      )}
      empty={<EmptyState icon={IconKey} text={t("empty")} />}
    >
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
    </ListScreen>
  );
}
