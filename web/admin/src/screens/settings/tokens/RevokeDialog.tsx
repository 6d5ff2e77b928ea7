/** Revokes a token. One that is in use asks for its name first. */
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { revokeToken, type TokenView, tokensQuery } from "../../../api/tokens.ts";
import { ConfirmDialog } from "../../../ui/ConfirmDialog.tsx";
import { toast } from "../../../ui/toasts.ts";
import { useFormat } from "../../../ui/useFormat.ts";
import { isInUse } from "./tokenState.ts";

export function RevokeDialog({ token, onClose }: { token: TokenView; onClose: () => void }) {
  const { t } = useTranslation("tokens");
  const format = useFormat();
  const queries = useQueryClient();
  const revoke = async () => {
    await revokeToken(token.id);
    await queries.invalidateQueries({ queryKey: tokensQuery.queryKey });
    toast(t("revoked", { name: token.name }));
  };
  const used = token.last_used_at;
  return (
    <ConfirmDialog
      title={t("revokeDialog.title", { name: token.name })}
      act={t("revoke")}
      type={isInUse(token) ? token.name : undefined}
      onAct={revoke}
      onClose={onClose}
    >
      <p>{t("revokeDialog.text")}</p>
      <p>{used ? t("revokeDialog.used", { ago: format.relative(used), at: format.dateTime(used) }) : t("revokeDialog.unused")}</p>
    </ConfirmDialog>
  );
}
