/** SETTINGS → Fields: what may be known of a user. */
import { Checkbox, Select } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconForms } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { createField, deleteField, FIELD_TYPES, fieldsQuery, type ProfileField, updateField } from "../../../api/definitions.ts";
import { Tag } from "../../../ui/Tag.tsx";
import { DefinitionDialog } from "./DefinitionDialog.tsx";
import { DefinitionsScreen } from "./DefinitionsScreen.tsx";

export function FieldsScreen() {
  const { t } = useTranslation(["definitions", "settings"]);
  const fields = useQuery(fieldsQuery);
  return (
    <DefinitionsScreen
      of="fields"
      icon={IconForms}
      query={fields}
      columns={[
        { key: "type", header: t("type"), cell: (it) => t(`types.${it.type}`) },
        {
          key: "marks",
          header: t("marks"),
          quiet: true,
          cell: (it) =>
            it.built_in || it.sensitive ? (
              <span className="row">
                {it.built_in ? <Tag>{t("builtIn")}</Tag> : null}
                {it.sensitive ? <Tag tone="warning">{t("sensitive")}</Tag> : null}
              </span>
            ) : null,
        },
      ]}
      removable={(it) => !it.built_in}
      remove={deleteField}
      dialog={(field, close) => <FieldDialog field={field} onClose={close} />}
    />
  );
}

function FieldDialog({ field, onClose }: { field: ProfileField | null; onClose: () => void }) {
  const { t } = useTranslation("definitions");
  const queries = useQueryClient();
  const form = useForm({
    initialValues: {
      name: field?.name ?? "",
      description: field?.description ?? "",
      type: field?.type ?? "text",
      sensitive: field?.sensitive ?? false,
    },
    validate: { name: (name) => (/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name.trim()) ? null : t("fields.nameRule")) },
  });
  const save = async ({ name, description, type, sensitive }: typeof form.values) => {
    if (field) await updateField(field.name, { description: description.trim(), sensitive, ...(field.built_in ? {} : { type }) });
    else await createField({ name: name.trim(), description: description.trim(), type, sensitive });
    await queries.invalidateQueries({ queryKey: fieldsQuery.queryKey });
  };
  return (
    <DefinitionDialog
      title={field ? t("editWhat", { name: field.name }) : t("fields.add")}
      fresh={field === null}
      nameHint={t("fields.nameHint")}
      form={form}
      onSave={save}
      onClose={onClose}
    >
      <Select
        label={t("type")}
        description={field?.built_in ? t("fields.typeFixed") : undefined}
        disabled={field?.built_in ?? false}
        allowDeselect={false}
        data={FIELD_TYPES.map((value) => ({ value, label: t(`types.${value}`) }))}
        {...form.getInputProps("type")}
      />
      <Checkbox label={t("sensitive")} description={t("fields.sensitiveHint")} {...form.getInputProps("sensitive", { type: "checkbox" })} />
    </DefinitionDialog>
  );
}
