/** A plain text. */
import { TextInput } from "@mantine/core";
import { asText, textOrNothing, type WidgetProps } from "../widget.ts";

export function TextWidget({ id, label, description, error, required, readOnly, schema, value, onChange }: WidgetProps) {
  return (
    <TextInput
      id={id}
      label={label}
      description={description}
      error={error}
      required={required}
      withAsterisk={required}
      readOnly={readOnly}
      dir="auto"
      maxLength={schema.maxLength}
      placeholder={typeof schema.default === "string" ? schema.default : undefined}
      value={asText(value)}
      onChange={(event) => onChange(textOrNothing(event.target.value, required))}
    />
  );
}
