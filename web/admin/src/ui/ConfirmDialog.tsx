/** Asks before an act that cannot be taken back: names the thing, and what follows. */
import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "./ProblemNote.tsx";

interface Props {
  title: string;
  /** What follows, with numbers. */
  children: ReactNode;
  /** The button: the act, not “OK”. */
  act: string;
  /** What must be typed first, for the dearest acts. */
  type?: string;
  onAct: () => Promise<unknown>;
  onClose: () => void;
}

export function ConfirmDialog({ title, children, act, type, onAct, onClose }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const run = useMutation({ mutationFn: onAct, onSuccess: onClose });
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": t("close") }}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          run.mutate();
        }}
      >
        <div className="stack">{children}</div>
        {type ? (
          <TextInput
            label={t("confirm.type", { what: type })}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
        ) : null}
        <ProblemNote error={run.error} />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose} data-autofocus={type ? undefined : true}>
            {t("cancel")}
          </Button>
          <Button type="submit" color="red" loading={run.isPending} disabled={type !== undefined && typed.trim() !== type}>
            {act}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
