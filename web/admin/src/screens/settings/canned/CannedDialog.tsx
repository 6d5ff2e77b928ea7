/** Adds a canned reply, or changes one. */
import { Checkbox, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type CannedReply, cannedQuery, createCanned, updateCanned } from "../../../api/canned.ts";
import { problemIn } from "../../../api/problem.ts";
import { FormDialog } from "../../../ui/FormDialog.tsx";
import { inputErrors } from "../../../ui/inputErrors.ts";
import { LANGUAGE_CODES, languageNames } from "../../../ui/languageNames.ts";
import { toast } from "../../../ui/toasts.ts";

export function CannedDialog({ reply, onClose }: { reply: CannedReply | null; onClose: () => void }) {
  const { t, i18n } = useTranslation(["canned", "common"]);
  const queries = useQueryClient();
  const form = useForm({
    initialValues: {
      name: reply?.name ?? "",
      text: reply?.text ?? "",
      language: reply?.language ?? "",
      is_personal: reply?.is_personal ?? false,
    },
    validate: {
      name: (name) => (name.trim() ? null : t("nameRule")),
      text: (text) => (text.trim() ? null : t("textRule")),
    },
  });
  const save = useMutation({
    mutationFn: ({ name, text, language, is_personal }: typeof form.values) => {
      const wish = { name: name.trim(), text: text.trim(), language: language || null, is_personal };
      return reply ? updateCanned(reply.id, wish) : createCanned(wish);
    },
    onSuccess: async ({ name }) => {
      await queries.invalidateQueries({ queryKey: cannedQuery.queryKey });
      toast(t("saved", { name }));
      onClose();
    },
    onError: (error) => form.setErrors(inputErrors(problemIn(error), ["name", "text", "language", "is_personal"])),
  });
  return (
    <FormDialog
      title={reply ? t("editWhat", { name: reply.name }) : t("addTitle")}
      size="lg"
      isPending={save.isPending}
      error={save.error}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      onClose={onClose}
    >
      <TextInput
        label={t("name")}
        description={t("nameHint")}
        maxLength={64}
        autoComplete="off"
        dir="auto"
        data-autofocus
        {...form.getInputProps("name")}
      />
      <Textarea
        label={t("text")}
        description={t("textHint")}
        autosize
        minRows={3}
        maxRows={12}
        maxLength={4_000}
        dir="auto"
        {...form.getInputProps("text")}
      />
      <NativeSelect
        label={t("language")}
        description={t("languageHint")}
        data={[{ value: "", label: t("anyLanguage") }, ...languageNames(LANGUAGE_CODES, i18n.language)]}
        {...form.getInputProps("language")}
      />
      <Checkbox label={t("personal")} description={t("personalHint")} {...form.getInputProps("is_personal", { type: "checkbox" })} />
    </FormDialog>
  );
}
