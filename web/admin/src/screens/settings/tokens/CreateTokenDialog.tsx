/** Makes a token. */
import { Button, Checkbox, Modal, Select, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { problemIn } from "../../../api/problem.ts";
import { createToken, type MadeToken, type TokenKind, tokensQuery } from "../../../api/tokens.ts";
import { inputErrors } from "../../../ui/inputErrors.ts";
import { ProblemNote } from "../../../ui/ProblemNote.tsx";

interface Props {
  kind: TokenKind;
  onMade: (token: MadeToken) => void;
  onClose: () => void;
}

const DAYS = ["30", "90", "180", "365", "never"] as const;

export function CreateTokenDialog({ kind, onMade, onClose }: Props) {
  const { t } = useTranslation("tokens");
  const queries = useQueryClient();
  const sensitive = kind === "db_update";
  const form = useForm({
    initialValues: { name: "", expires: "90", read_only: sensitive, allow_ips: [] as string[], understood: false },
    validate: {
      name: (name) => (name.trim() ? null : t("create.nameNeeded")),
      understood: (understood) => (understood || !sensitive ? null : t("create.understandFirst")),
    },
  });
  const create = useMutation({
    mutationFn: ({ name, expires, read_only, allow_ips }: typeof form.values) =>
      createToken({
        kind,
        name: name.trim(),
        allow_ips,
        read_only: sensitive && read_only,
        expires_in_days: expires === "never" ? null : Number(expires),
      }),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: tokensQuery.queryKey });
      onMade(made);
    },
    onError: (error) => form.setErrors(inputErrors(problemIn(error), ["name", "allow_ips"])),
  });
  return (
    <Modal opened onClose={onClose} title={t(`kinds.${kind}.create`)} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form className="stack" onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
        <TextInput
          label={t("create.name")}
          description={t("create.nameHint")}
          maxLength={100}
          data-autofocus
          {...form.getInputProps("name")}
        />
        <Select
          label={t("create.expires")}
          description={form.values.expires === "never" ? t("create.neverHint") : undefined}
          allowDeselect={false}
          data={DAYS.map((value) => ({ value, label: value === "never" ? t("create.never") : t("create.days", { count: Number(value) }) }))}
          {...form.getInputProps("expires")}
        />
        <TagsInput
          label={`${t("create.addresses")} (${t("common:optional")})`}
          description={t("create.addressesHint")}
          placeholder={form.values.allow_ips.length === 0 ? "203.0.113.0/24" : undefined}
          splitChars={[",", " "]}
          acceptValueOnBlur
          {...form.getInputProps("allow_ips")}
        />
        {sensitive ? (
          <>
            <Checkbox
              label={t("create.readOnly")}
              description={t("create.readOnlyHint")}
              {...form.getInputProps("read_only", { type: "checkbox" })}
            />
            <Checkbox label={t("create.understood")} {...form.getInputProps("understood", { type: "checkbox" })} />
          </>
        ) : null}
        <ProblemNote error={create.error} />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t("create.submit")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
