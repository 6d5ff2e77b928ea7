/** A name out of those that are known, or a new one. */
import { Autocomplete } from "@mantine/core";
import { asText, textOrNothing, type WidgetProps } from "./widget.ts";

export interface NameInputProps extends WidgetProps {
  offers: string[];
  placeholder?: string | undefined;
}

export function NameInput({ id, label, description, error, required, readOnly, value, onChange, offers, placeholder }: NameInputProps) {
  return (
    <Autocomplete
      id={id}
      label={label}
      description={description}
      error={error}
      required={required}
      withAsterisk={required}
      readOnly={readOnly}
      data={offers}
      limit={50}
      placeholder={placeholder}
      value={asText(value)}
      comboboxProps={{ withinPortal: false }}
      onChange={(next) => onChange(textOrNothing(next, required))}
    />
  );
}
