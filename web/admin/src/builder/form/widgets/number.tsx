/** A number. */
import { NumberInput } from "@mantine/core";
import type { WidgetProps } from "../widget.ts";

export function NumberWidget({ id, label, description, error, required, readOnly, schema, value, onChange }: WidgetProps) {
  return (
    <NumberInput
      id={id}
      label={label}
      description={description}
      error={error}
      required={required}
      withAsterisk={required}
      readOnly={readOnly}
      hideControls
      allowDecimal={schema.type !== "integer"}
      // What is too large or too small is said by the server, in words; cutting it off in silence would surprise.
      clampBehavior="none"
      placeholder={typeof schema.default === "number" ? String(schema.default) : undefined}
      value={typeof value === "number" ? value : ""}
      onChange={(next) => onChange(typeof next === "number" ? next : next === "" || Number.isNaN(Number(next)) ? undefined : Number(next))}
    />
  );
}
