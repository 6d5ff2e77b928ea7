/** Yes or no. */
import { Checkbox } from "@mantine/core";
import type { WidgetProps } from "../widget.ts";

export function SwitchWidget({ id, label, description, error, required, readOnly, schema, value, onChange }: WidgetProps) {
  const standard = schema.default === true;
  return (
    <Checkbox
      id={id}
      label={label}
      description={description}
      error={error}
      disabled={readOnly}
      checked={typeof value === "boolean" ? value : standard}
      // What a setting is anyway need not be written down.
      onChange={(event) => onChange(event.target.checked === standard && !required ? undefined : event.target.checked)}
    />
  );
}
