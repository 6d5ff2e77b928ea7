/** Gives the list as it is narrowed now a name, under which it is among the lists from then on. */
import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { useMe } from "../../api/me.ts";
import type { ChatSearch } from "../../desk/chatSearch.ts";
import { useViews } from "../../desk/views.ts";
import { FormDialog } from "../../ui/FormDialog.tsx";

export function ViewDialog({ search, onClose }: { search: ChatSearch; onClose: () => void }) {
  const { t } = useTranslation("chats");
  const { save } = useViews(useMe().agent.id);
  const form = useForm({
    initialValues: { name: "" },
    validate: { name: (name) => (name.trim() ? null : t("views.nameRule")) },
  });
  return (
    <FormDialog
      title={t("views.title")}
      isPending={false}
      error={null}
      onSubmit={form.onSubmit(({ name }) => {
        save({ name: name.trim(), search });
        onClose();
      })}
      onClose={onClose}
    >
      <TextInput
        label={t("views.name")}
        description={t("views.hint")}
        maxLength={40}
        autoComplete="off"
        dir="auto"
        data-autofocus
        {...form.getInputProps("name")}
      />
    </FormDialog>
  );
}
