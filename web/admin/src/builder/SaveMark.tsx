/** Whether a draft is saved, in words. */
import { IconAlertTriangle, IconCloudCheck, IconCloudOff, IconCloudUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SaveStatus } from "./editor/saver.ts";
import classes from "./SaveMark.module.css";

const ICONS = {
  saved: IconCloudCheck,
  waiting: IconCloudUp,
  saving: IconCloudUp,
  offline: IconCloudOff,
  conflict: IconAlertTriangle,
  refused: IconAlertTriangle,
} as const;

export function SaveMark<D>({ status }: { status: SaveStatus<D> }) {
  const { t, i18n } = useTranslation("builder");
  const Icon = ICONS[status.kind];
  return (
    <span className={classes.state} data-kind={status.kind} data-save-state={status.kind} role="status">
      <Icon size={16} aria-hidden />
      {words(status, t, i18n.language)}
    </span>
  );
}

function words<D>(status: SaveStatus<D>, t: (key: string, values?: Record<string, unknown>) => string, language: string): string {
  switch (status.kind) {
    case "saved":
      return status.at === null
        ? t("save.saved")
        : t("save.saved_at", { time: new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(status.at) });
    case "waiting":
    case "saving":
      return t("save.saving");
    case "offline":
      return t("save.offline", { count: status.changes });
    case "conflict":
      return t("save.conflict");
    case "refused":
      return t("save.refused", { why: status.problem.detail || status.problem.title });
  }
}
