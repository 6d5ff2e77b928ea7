/** Shows the link of an invitation, once: to be handed on where it was not mailed. */
import { Alert, Button, Modal, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Invitation } from "../../../api/agents.ts";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { useFormat } from "../../../ui/useFormat.ts";

interface Props {
  name: string;
  email: string;
  invitation: Invitation;
  onClose: () => void;
}

export function InvitationDialog({ name, email, invitation, onClose }: Props) {
  const { t } = useTranslation("agents");
  const format = useFormat();
  // The secret stands behind the `#`: browsers send that part to nobody.
  const link = `${location.origin}/app/invitation#${invitation.token}`;
  return (
    <Modal opened onClose={onClose} title={t("invited.title", { name })} withCloseButton={false} closeOnClickOutside={false} size="lg">
      <div className="stack">
        <Alert color="yellow" variant="light">
          {t(invitation.mailed ? "invited.mailed" : "invited.once", { email })}
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
        <p className="muted small">{t("invited.until", { at: format.dateTime(invitation.expires_at) })}</p>
        <div className="dialog-actions">
          <Button onClick={onClose}>{t("invited.close")}</Button>
        </div>
      </div>
    </Modal>
  );
}
