/** Erases a person for ever. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { eraseUser, type User } from "../../api/users.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { toast } from "../../ui/toasts.ts";

interface Props {
  user: User;
  onErased: () => void;
  onClose: () => void;
}

export function EraseDialog({ user, onErased, onClose }: Props) {
  const { t } = useTranslation("users");
  const queries = useQueryClient();
  const may = useMay();
  const sessions = useQuery({
    queryKey: ["erase-count", user.id],
    enabled: may("view_chats"),
    queryFn: async ({ signal }) => {
      const page = await body(api.GET("/api/v1/chat_logs", { params: { query: { user_id: user.id, limit: 200 } }, signal }));
      return { count: page.data.length, more: page.next_cursor != null };
    },
  });
  const erase = async () => {
    await eraseUser(user.id);
    // Nothing of the person stays in the memory of this page either.
    queries.removeQueries({ queryKey: ["users"] });
    queries.removeQueries({ queryKey: ["logs"] });
    toast(t("erase.done"));
    onErased();
  };
  return (
    <ConfirmDialog title={t("erase.title")} act={t("erase.act")} type={user.external_id ?? t("erase.word")} onAct={erase} onClose={onClose}>
      <div className="stack">
        <p>{t("erase.text", { count: Object.keys(user.fields).length })}</p>
        {sessions.data ? <p>{t(sessions.data.more ? "erase.sessionsMore" : "erase.sessions", { count: sessions.data.count })}</p> : null}
        <p>{t("erase.after")}</p>
      </div>
    </ConfirmDialog>
  );
}
