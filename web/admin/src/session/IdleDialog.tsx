/** The warning before an unused session ends. */
import { Button, Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface Props {
  secondsLeft: number;
  /** The session ends whatever is done. */
  final: boolean;
  onStay: () => void;
  onLeave: () => void;
}

export function IdleDialog({ secondsLeft: count, final, onStay, onLeave }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onStay} title={t("idle.title")} closeButtonProps={{ "aria-label": final ? t("close") : t("idle.stay") }}>
      <p>{final ? t("idle.endsText", { count }) : t("idle.text", { count })}</p>
      <div className="dialog-actions">
        <Button variant="default" onClick={onLeave}>
          {t("idle.leave")}
        </Button>
        {final ? null : (
          <Button data-autofocus onClick={onStay}>
            {t("idle.stay")}
          </Button>
        )}
      </div>
    </Modal>
  );
}
