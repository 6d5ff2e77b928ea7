/** One of a few words. */
import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { asText, type WidgetProps } from "../widget.ts";
import { valueName } from "../words.ts";

export function ChoiceWidget({ id, label, description, error, required, readOnly, schema, value, onChange }: WidgetProps) {
  const { t } = useTranslation("builder");
  const options = (schema.enum ?? []).map((it) => ({ value: String(it), label: valueName(it, t) }));
  const standard = schema.default === undefined ? "" : String(schema.default);
  const isEmpty = value === undefined || value === null;
  return (
    <NativeSelect
      id={id}
      label={label}
      description={description}
      error={error}
      required={required}
      withAsterisk={required}
      disabled={readOnly}
      value={isEmpty ? standard : asText(value)}
      data={standard || required ? options : [{ value: "", label: t("form.none") }, ...options]}
      onChange={(event) => {
        const picked = event.target.value;
        const original = schema.enum?.find((it) => String(it) === picked);
        onChange(picked === "" || (picked === standard && !required) ? undefined : original);
      }}
    />
  );
}
