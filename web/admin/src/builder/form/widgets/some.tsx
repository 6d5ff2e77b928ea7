/** Several of a few words. */
import { Checkbox, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { plainSchema } from "../../catalogue/schema.ts";
import type { WidgetProps } from "../widget.ts";
import { valueName } from "../words.ts";

export function SomeWidget({ id, label, description, error, required, readOnly, schema, root, value, onChange }: WidgetProps) {
  const { t } = useTranslation("builder");
  const words = schema.items ? (plainSchema(schema.items, root).enum ?? []).map(String) : [];
  const standard = Array.isArray(schema.default) ? schema.default.map(String) : [];
  const picked = Array.isArray(value) ? value.map(String) : standard;
  return (
    <Checkbox.Group
      id={id}
      label={label}
      description={description}
      error={error}
      required={required}
      value={picked}
      // In the order of the schema, however they were ticked.
      onChange={(next) => onChange(next.length ? words.filter((it) => next.includes(it)) : undefined)}
    >
      <Group gap="sm" mt={6}>
        {words.map((it) => (
          <Checkbox key={it} value={it} label={valueName(it, t)} disabled={readOnly} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
