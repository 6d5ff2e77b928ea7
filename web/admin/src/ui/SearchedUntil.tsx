/** How far a search has come: one that must open sealed values looks at so many and says where it stopped. */
import { useTranslation } from "react-i18next";
import { useFormat } from "./useFormat.ts";

interface Props {
  until: string | null | undefined;
  more: boolean;
}

export function SearchedUntil({ until, more }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!more) return null;
  return (
    <p role="status" className="muted small">
      {until ? t("searchedUntil", { at: format.dateTime(until) }) : t("searchedPart")}
    </p>
  );
}
