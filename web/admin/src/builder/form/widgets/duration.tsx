/** A length of time, such as `1h30m`: a number and a unit, or the text itself where it is more than that. */
import { Group, Input, NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { asText, textOrNothing, type WidgetProps } from "../widget.ts";

const SIMPLE = /^(\d+)([smhdw])$/;
const UNITS = ["m", "h", "d"] as const;

export function DurationWidget({ id, label, description, error, required, readOnly, value, onChange }: WidgetProps) {
  return (
    <Input.Wrapper id={id} label={label} description={description} error={error} required={required}>
      <DurationInput
        id={id}
        label={label}
        value={asText(value)}
        readOnly={readOnly}
        invalid={Boolean(error)}
        onChange={(next) => onChange(textOrNothing(next, required))}
      />
    </Input.Wrapper>
  );
}

export interface DurationInputProps {
  id: string;
  label: string;
  value: string;
  readOnly: boolean;
  invalid?: boolean;
  onChange: (value: string) => void;
}

export function DurationInput({ id, label, value, readOnly, invalid = false, onChange }: DurationInputProps) {
  const { t } = useTranslation("builder");
  const simple = SIMPLE.exec(value);
  const unit = simple?.[2] ?? "m";
  const isOther = value !== "" && !UNITS.some((it) => it === simple?.[2]);
  return (
    <Group gap="xs" wrap="nowrap">
      <TextInput
        id={id}
        flex={1}
        aria-label={label}
        aria-invalid={invalid || undefined}
        readOnly={readOnly}
        inputMode={isOther ? "text" : "numeric"}
        placeholder="30"
        value={isOther ? value : (simple?.[1] ?? "")}
        onChange={(event) => {
          const text = event.target.value.trim();
          onChange(/^\d+$/.test(text) ? `${text}${isOther ? "m" : unit}` : text);
        }}
      />
      <NativeSelect
        aria-label={t("form.unit")}
        disabled={readOnly}
        value={isOther ? "" : unit}
        data={[
          ...UNITS.map((it) => ({ value: it, label: t(`form.unit_${it}`) })),
          ...(isOther ? [{ value: "", label: t("form.unit_other") }] : []),
        ]}
        onChange={(event) => onChange(`${/\d+/.exec(value)?.[0] ?? "1"}${event.target.value || "m"}`)}
      />
    </Group>
  );
}
