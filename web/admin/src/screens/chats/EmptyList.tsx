/** A list with no chats in it, and what that means. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { DeskListName } from "../../api/desk.ts";
import { useLive } from "../../desk/live.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";

interface Props {
  list: DeskListName;
  isFiltered: boolean;
  onClear: () => void;
}

export function EmptyList({ list, isFiltered, onClear }: Props) {
  const { t } = useTranslation("chats");
  const counts = useLive((it) => it.counts);
  if (isFiltered) {
    return (
      <EmptyState text={t("emptyFiltered")}>
        <Button variant="default" onClick={onClear}>
          {t("common:clearFilters")}
        </Button>
      </EmptyState>
    );
  }
  if (list === "needs_person") return <EmptyState text={t("allQuiet", { count: counts?.with_bot ?? 0 })} />;
  return <EmptyState text={t(`empty.${list}`)} />;
}
