/** Copies a text and says so. */
import { ActionIcon, Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { announce } from "./announcer.ts";

interface Props {
  value: string;
  /** What is copied, for those who hear the button's name only. */
  what: string;
  /** With words on it instead of an icon alone. */
  label?: string;
  onCopy?: () => void;
}

export function CopyButton({ value, what, label, onCopy }: Props) {
  const { t } = useTranslation();
  const clipboard = useClipboard({ timeout: 2_000 });
  const copy = () => {
    clipboard.copy(value);
    announce(t("copied"));
    onCopy?.();
  };
  const icon = clipboard.copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />;
  if (label) {
    return (
      <Button size="xs" variant="default" leftSection={icon} onClick={copy}>
        {clipboard.copied ? t("copied") : label}
      </Button>
    );
  }
  return (
    <ActionIcon
      size={24}
      variant="subtle"
      color="gray"
      onClick={copy}
      title={t(clipboard.copied ? "copied" : "copy")}
      aria-label={t("copyWhat", { what })}
    >
      {icon}
    </ActionIcon>
  );
}
