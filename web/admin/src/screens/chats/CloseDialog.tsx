/** Ends a chat. */
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { closeChat, type DeskChat } from "../../api/desk.ts";
import { useMe } from "../../api/me.ts";
import { takeSession } from "../../desk/cache.ts";
import { settled } from "../../desk/outbox.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";

export function CloseDialog({ chat, onClose }: { chat: DeskChat; onClose: () => void }) {
  const { t } = useTranslation("chats");
  const queries = useQueryClient();
  const me = useMe().agent.id;
  return (
    <ConfirmDialog
      title={t("close.title")}
      act={t("close.act")}
      onAct={async () => {
        await settled(chat.session.id);
        takeSession(queries, me, await closeChat(chat.session.id));
      }}
      onClose={onClose}
    >
      <p>{t("close.text")}</p>
    </ConfirmDialog>
  );
}
