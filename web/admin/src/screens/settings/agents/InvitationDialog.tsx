/** Shows the link of an invitation, once: to be handed on where it was not mailed. */
import { Alert, Button, Modal, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AddedAgent } from "../../../api/agents.ts";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { useFormat } from "../../../ui/useFormat.ts";

export function InvitationDialog({ agent, onClose }: { agent: AddedAgent; onClose: () => void }) {
  const { t } = useTranslation("agents");
  const format = useFormat();
  const { invitation } = agent;
  const isMailed = invitation != null && "mailed" in invitation && invitation.mailed === true;
  // The secret stands behind the `#`: browsers send that part to nobody.
  const link = invitation ? `${location.origin}/app/invitation#${invitation.token}` : "";
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("invited.title", { name: agent.name })}
      withCloseButton={false}
      closeOnClickOutside={false}
      size="lg"
    >
      <div className="stack">
        <Alert color="yellow" variant="light">
          {t(isMailed ? "invited.mailed" : "invited.once", { email: agent.email })}
        </Alert>
        <TextInput
          label={t("invited.link")}
          readOnly
          value={link}
          data-autofocus
          onFocus={(event) => event.currentTarget.select()}
          classNames={{ input: "code" }}
        />
        <div className="row">
          <CopyButton value={link} what={t("invited.link")} label={t("invited.copy")} />
        </div>
        {invitation ? <p className="muted small">{t("invited.until", { at: format.dateTime(invitation.expires_at) })}</p> : null}
        <div className="dialog-actions">
          <Button onClick={onClose}>{t("invited.close")}</Button>
        </div>
      </div>
    </Modal>
  );
}
