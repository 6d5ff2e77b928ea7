/** Puts a chat aside for a while: the button, whose menu is loaded when somebody reaches for it. */
import { Button } from "@mantine/core";
import { IconAlarm } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { MenuButton } from "../../ui/MenuButton.tsx";

const items = async () => (await import("./SnoozeItems.tsx")).SnoozeItems;

export function SnoozeMenu({ id, onOther }: { id: string; onOther: () => void }) {
  const { t } = useTranslation("chats");
  return (
    <MenuButton
      trigger={(attributes) => (
        <Button size="xs" variant="default" leftSection={<IconAlarm size={16} aria-hidden />} {...attributes}>
          {t("snooze.button")}
        </Button>
      )}
      content={items}
      contentProps={{ id, onOther }}
      width={240}
    />
  );
}
