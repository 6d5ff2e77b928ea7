/** Arithmetic over fields. */
import { TextInput } from "@mantine/core";
import { asText, textOrNothing, type WidgetProps } from "../widget.ts";

export function FormulaWidget({ id, label, description, error, required, readOnly, value, onChange }: WidgetProps) {
  return (
    <TextInput
      id={id}
      label={label}
      description={description}
      error={error}
      required={required}
      withAsterisk={required}
      readOnly={readOnly}
      spellCheck={false}
      styles={{ input: { fontFamily: "var(--font-code)" } }}
      placeholder="phq1 + phq2"
      value={asText(value)}
      onChange={(event) => onChange(textOrNothing(event.target.value, required))}
    />
  );
}
