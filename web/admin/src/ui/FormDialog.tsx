/** A dialog with a form in it: what is filled in, what was wrong, and the two ways out. */
import { Button, Modal } from "@mantine/core";
import type { FormEventHandler, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "./ProblemNote.tsx";

interface Props {
  title: string;
  /** The fields. */
  children: ReactNode;
  /** The button that does it: “Save” unless it is said otherwise. */
  submit?: string;
  isDisabled?: boolean;
  isPending: boolean;
  /** What came back instead of an answer. */
  error: unknown;
  size?: "lg";
  onSubmit: FormEventHandler<HTMLFormElement>;
  onClose: () => void;
}

export function FormDialog({ title, children, submit, isDisabled = false, isPending, error, size, onSubmit, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={title} size={size} closeButtonProps={{ "aria-label": t("close") }}>
      {/* What is wrong is told beside the fields, in the language of the app. */}
      <form className="stack" onSubmit={onSubmit} noValidate>
        {children}
        <ProblemNote error={error} />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={isPending} disabled={isDisabled}>
            {submit ?? t("save")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
