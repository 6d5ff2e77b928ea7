/** Adds a secret, or puts another value in the place of one that is there. The value leaves the screen with the dialog. */
import { PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { problemIn } from "../../../api/problem.ts";
import { setSecret } from "../../../api/secrets.ts";
import { FormDialog } from "../../../ui/FormDialog.tsx";
import { inputErrors } from "../../../ui/inputErrors.ts";
import { toast } from "../../../ui/toasts.ts";
import { isSecretName } from "./secretRules.ts";

interface Props {
  /** The one whose value is replaced; none for a new one. */
  name?: string;
  /** The names that are taken. */
  names?: readonly string[];
  onSaved: () => Promise<unknown>;
  onClose: () => void;
}

export function SecretDialog({ name: replaced, names = [], onSaved, onClose }: Props) {
  const { t } = useTranslation("secrets");
  const form = useForm({
    initialValues: { name: replaced ?? "", value: "" },
    validate: {
      name: (name) => {
        if (!isSecretName(name.trim())) return t("nameWrong");
        return names.includes(name.trim()) ? t("nameTaken") : null;
      },
      value: (value) => (value ? null : t("valueNeeded")),
    },
  });
  const save = useMutation({
    // What was typed is not kept with the outcome.
    gcTime: 0,
    mutationFn: async ({ name, value }: typeof form.values) => {
      await setSecret(name.trim(), value);
      await onSaved();
    },
    onSuccess: (_, { name }) => {
      toast(t("saved", { name: name.trim() }));
      onClose();
    },
    onError: (error) => form.setErrors(inputErrors(problemIn(error), ["name", "value"])),
  });
  return (
    <FormDialog
      title={replaced ? t("replaceTitle", { name: replaced }) : t("add")}
      isPending={save.isPending}
      error={save.error}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      onClose={onClose}
    >
      {replaced ? null : (
        <TextInput
          label={t("name")}
          description={t("nameHint")}
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          classNames={{ input: "code" }}
          {...form.getInputProps("name")}
        />
      )}
      <PasswordInput
        label={t("value")}
        description={t("valueHint")}
        autoComplete="off"
        data-autofocus={replaced ? true : undefined}
        visibilityToggleButtonProps={{ "aria-label": t("showValue"), tabIndex: 0 }}
        {...form.getInputProps("value")}
      />
    </FormDialog>
  );
}
