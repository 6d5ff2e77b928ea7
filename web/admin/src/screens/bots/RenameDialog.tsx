/** Gives a bot another name. */
import { Button, Modal, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type BotSummary, renameBot } from "../../api/bots.ts";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { toast } from "../../ui/toasts.ts";

export function RenameDialog({ bot, onClose }: { bot: BotSummary; onClose: () => void }) {
  const { t } = useTranslation("bots");
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { name: bot.name },
    validate: { name: (name) => (name.trim() ? null : t("new.nameNeeded")) },
  });
  const give = async (name: string) => {
    await renameBot(bot.function_id, name);
    await queries.invalidateQueries({ queryKey: ["bots"] });
  };
  const rename = useMutation({
    mutationFn: () => give(form.values.name.trim()),
    onSuccess: () => {
      toast(t("renamed", { name: form.values.name.trim() }), { undo: () => give(bot.name) });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t("rename.title", { name: bot.name })} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form className="stack" onSubmit={form.onSubmit(() => rename.mutate())} noValidate>
        <TextInput
          label={t("new.name")}
          description={bot.live_version == null ? undefined : t("rename.hint")}
          maxLength={200}
          data-autofocus
          {...form.getInputProps("name")}
        />
        <ProblemNote error={rename.error} />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={rename.isPending}>
            {t("common:rename")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
