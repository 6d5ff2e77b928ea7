/** What was changed last, with the way back: for those to whom the note at the bottom was too short. */
import { ActionIcon } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { MenuButton } from "../ui/MenuButton.tsx";

const items = async () => (await import("./RecentMenuItems.tsx")).RecentMenuItems;

export function RecentMenu() {
  const { t } = useTranslation();
  return (
    <MenuButton
      width={340}
      trigger={(attributes) => (
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("header.recent")} {...attributes}>
          <IconHistory size={22} stroke={1.75} aria-hidden />
        </ActionIcon>
      )}
      content={items}
      contentProps={{}}
    />
  );
}
