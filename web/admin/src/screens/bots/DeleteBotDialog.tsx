/** Deletes an archived bot for ever. */
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type BotSummary, deleteBot } from "../../api/bots.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { toast } from "../../ui/toasts.ts";

export function DeleteBotDialog({ bot, onClose }: { bot: BotSummary; onClose: () => void }) {
  const { t } = useTranslation("bots");
  const queries = useQueryClient();
  const remove = async () => {
    await deleteBot(bot.function_id);
    await queries.invalidateQueries({ queryKey: ["bots"] });
    toast(t("deleted", { name: bot.name }));
  };
  return (
    <ConfirmDialog
      title={t("delete.title", { name: bot.name })}
      act={t("delete.act")}
      type={bot.function_id}
      onAct={remove}
      onClose={onClose}
    >
      <p>{t("delete.text", { count: bot.live_version ?? 0 })}</p>
    </ConfirmDialog>
  );
}
