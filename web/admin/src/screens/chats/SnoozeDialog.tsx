/** Puts a chat aside until a time of one's own choice. */
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { DeskChat } from "../../api/desk.ts";
import { isSnoozeTime, snoozeUntil } from "../../desk/snooze.ts";
import { DateTimeField } from "../../ui/DateTimeField.tsx";
import { FormDialog } from "../../ui/FormDialog.tsx";
import { localInput } from "../../ui/localTime.ts";
import { useSnooze } from "./useSnooze.ts";

export function SnoozeDialog({ chat, onClose }: { chat: DeskChat; onClose: () => void }) {
  const { t } = useTranslation("chats");
  const { snooze } = useSnooze(chat.session.id, onClose);
  const form = useForm({
    initialValues: { until: localInput(snoozeUntil("tomorrow", new Date()).getTime()) },
    validate: { until: (until) => (isSnoozeTime(new Date(until), new Date()) ? null : t("snooze.rule")) },
  });
  return (
    <FormDialog
      title={t("snooze.title")}
      submit={t("snooze.button")}
      isPending={snooze.isPending}
      error={null}
      onSubmit={form.onSubmit(({ until }) => snooze.mutate(new Date(until)))}
      onClose={onClose}
    >
      <p>{t("snooze.text")}</p>
      <DateTimeField label={t("snooze.until")} data-autofocus {...form.getInputProps("until")} />
    </FormDialog>
  );
}
