/** A list of texts. */
import { TagsInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { WidgetProps } from "../widget.ts";

export function ListWidget(props: WidgetProps) {
  return <Tags {...props} offers={[]} />;
}

/** With suggestions. */
export function Tags({ id, label, description, error, required, readOnly, value, onChange, offers }: WidgetProps & { offers: string[] }) {
  const { t } = useTranslation("builder");
  const list = Array.isArray(value) ? value.map(String) : [];
  return (
    <TagsInput
      id={id}
      label={label}
      description={description}
      error={error}
      required={required}
      disabled={readOnly}
      data={offers}
      value={list}
      acceptValueOnBlur
      splitChars={[","]}
      placeholder={list.length ? undefined : t("form.type_and_enter")}
      comboboxProps={{ withinPortal: false }}
      onChange={(next) => onChange(next.length || required ? next : undefined)}
    />
  );
}
