/** Adds a user by hand. */
import { Button, Modal, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { flagNamesQuery } from "../../api/definitions.ts";
import { problemIn } from "../../api/problem.ts";
import { createUser } from "../../api/users.ts";
import { inputErrors } from "../../ui/inputErrors.ts";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { toast } from "../../ui/toasts.ts";

const FIELDS = ["user_fname", "user_lname", "user_phone", "user_email"] as const;

export function NewUserDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("users");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const flags = useQuery(flagNamesQuery);
  const form = useForm({
    initialValues: { external_id: "", user_fname: "", user_lname: "", user_phone: "", user_email: "", flags: [] as string[] },
  });
  const add = useMutation({
    mutationFn: ({ external_id, flags: put, ...fields }: typeof form.values) =>
      createUser({
        external_id: external_id.trim() || null,
        fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value.trim() !== "")),
        flags: put,
      }),
    onSuccess: async (user) => {
      void queries.invalidateQueries({ queryKey: ["users"] });
      toast(t("added"));
      onClose();
      await navigate({ to: "/users/$userId", params: { userId: user.id } });
    },
    onError: (error) => {
      const names = Object.fromEntries(FIELDS.map((it) => [`/fields/${it}`, it]));
      form.setErrors(inputErrors(problemIn(error), ["external_id", ...FIELDS, "flags"], names));
    },
  });
  return (
    <Modal opened onClose={onClose} title={t("add.title")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form className="stack" onSubmit={form.onSubmit((values) => add.mutate(values))} noValidate>
        <TextInput
          label={`${t("column.externalId")} (${t("common:optional")})`}
          description={t("add.externalIdHint")}
          autoComplete="off"
          data-autofocus
          classNames={{ input: "code" }}
          {...form.getInputProps("external_id")}
        />
        {FIELDS.map((name) => (
          <TextInput key={name} label={t(`fields.${name}`)} autoComplete="off" {...form.getInputProps(name)} />
        ))}
        <TagsInput label={t("column.flags")} data={flags.data ?? []} acceptValueOnBlur {...form.getInputProps("flags")} />
        <ProblemNote error={add.error} />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={add.isPending}>
            {t("add.submit")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
