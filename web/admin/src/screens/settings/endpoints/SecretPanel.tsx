/** The secret that deliveries are signed with: shown when somebody asks, changed without losing a delivery. */
import { Button, Modal, Select, TextInput } from "@mantine/core";
import { IconEye, IconEyeOff, IconRefresh } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Endpoint, endpointSecret, rotateSecret } from "../../../api/webhooks.ts";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { ProblemNote } from "../../../ui/ProblemNote.tsx";
import { toast } from "../../../ui/toasts.ts";
import { useFormat } from "../../../ui/useFormat.ts";
import classes from "./SecretPanel.module.css";

const HIDDEN = "whsec_••••••••••••••••••••••••";

type Secret = Awaited<ReturnType<typeof endpointSecret>>;

export function SecretPanel({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation("endpoints");
  const format = useFormat();
  const [rotating, setRotating] = useState(false);
  const [oldUntil, setOldUntil] = useState<number | null>(null);
  // Held by the component alone: neither the cache nor the browser keeps it.
  const [shown, setShown] = useState<Secret | null>(null);
  const reveal = useMutation({ mutationFn: () => endpointSecret(endpoint.id), onSuccess: setShown, gcTime: 0 });
  return (
    <Panel title={t("secret.title")} lead={t("secret.lead")}>
      <div className="stack">
        <div className={classes.line}>
          <TextInput
            label={t("secret.secret")}
            readOnly
            value={shown?.secret ?? HIDDEN}
            autoComplete="off"
            spellCheck={false}
            classNames={{ input: "code" }}
          />
          {shown ? (
            <>
              <CopyButton value={shown.secret} what={t("secret.secret")} label={t("common:copy")} />
              <Button size="xs" variant="default" leftSection={<IconEyeOff size={16} aria-hidden />} onClick={() => setShown(null)}>
                {t("secret.hide")}
              </Button>
            </>
          ) : (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconEye size={16} aria-hidden />}
              loading={reveal.isPending}
              onClick={() => reveal.mutate()}
            >
              {t("secret.reveal")}
            </Button>
          )}
          <Button size="xs" variant="default" leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => setRotating(true)}>
            {t("secret.rotate")}
          </Button>
        </div>
        {shown?.public_key ? (
          <div className={classes.line}>
            <TextInput label={t("secret.publicKey")} readOnly value={shown.public_key} classNames={{ input: "code" }} />
            <CopyButton value={shown.public_key} what={t("secret.publicKey")} label={t("common:copy")} />
          </div>
        ) : null}
        {oldUntil ? <p className="small">{t("secret.oldUntil", { at: format.dateTime(oldUntil) })}</p> : null}
        <ProblemNote error={reveal.error} />
      </div>
      {rotating ? (
        <RotateDialog
          endpoint={endpoint}
          onRotated={(fresh, until) => {
            setShown(fresh);
            setOldUntil(until);
          }}
          onClose={() => setRotating(false)}
        />
      ) : null}
    </Panel>
  );
}

const OVERLAPS = [0, 1, 24, 168];

function RotateDialog({
  endpoint,
  onRotated,
  onClose,
}: {
  endpoint: Endpoint;
  onRotated: (fresh: Secret, oldUntil: number | null) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation("endpoints");
  const [hours, setHours] = useState(24);
  const rotate = useMutation({
    mutationFn: () => rotateSecret(endpoint.id, hours),
    gcTime: 0,
    onSuccess: (fresh) => {
      onRotated(fresh, hours > 0 ? Date.now() + hours * 3_600_000 : null);
      toast(t("secret.rotated"));
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t("secret.rotateTitle")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          rotate.mutate();
        }}
      >
        <p>{t("secret.rotateText")}</p>
        <Select
          label={t("secret.overlap")}
          description={hours === 0 ? t("secret.overlapNone") : t("secret.overlapHint")}
          allowDeselect={false}
          data={OVERLAPS.map((it) => ({ value: String(it), label: t(`secret.overlaps.${it}`) }))}
          value={String(hours)}
          onChange={(value) => setHours(Number(value ?? 24))}
        />
        <ProblemNote error={rotate.error} />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={rotate.isPending}>
            {t("secret.rotate")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
