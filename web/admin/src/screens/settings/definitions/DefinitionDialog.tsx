/** Adds or changes a definition. What a kind has beside name and description is given as children. */
import { Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { problemIn } from "../../../api/problem.ts";
import { FormDialog } from "../../../ui/FormDialog.tsx";
import { inputErrors } from "../../../ui/inputErrors.ts";
import { toast } from "../../../ui/toasts.ts";

interface Named {
  name: string;
  description: string;
}

interface Props<V extends Named> {
  title: string;
  /** A name is chosen once: bots and APIs speak of it. */
  fresh: boolean;
  nameHint: string;
  form: UseFormReturnType<V>;
  children?: ReactNode;
  onSave: (values: V) => Promise<unknown>;
  onClose: () => void;
}

export function DefinitionDialog<V extends Named>({ title, fresh, nameHint, form, children, onSave, onClose }: Props<V>) {
  const { t } = useTranslation("definitions");
  const save = useMutation({
    mutationFn: onSave,
    onSuccess: (_, { name }) => {
      toast(t("saved", { name }));
      onClose();
    },
    onError: (error) => form.setErrors(inputErrors(problemIn(error), Object.keys(form.values))),
  });
  return (
    <FormDialog
      title={title}
      isPending={save.isPending}
      error={save.error}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      onClose={onClose}
    >
      {fresh ? (
        <TextInput
          label={t("name")}
          description={nameHint}
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          classNames={{ input: "code" }}
          {...form.getInputProps("name")}
        />
      ) : null}
      {children}
      <Textarea
        label={`${t("description")} (${t("common:optional")})`}
        maxLength={500}
        autosize
        minRows={2}
        data-autofocus={fresh ? undefined : true}
        {...form.getInputProps("description")}
      />
    </FormDialog>
  );
}
