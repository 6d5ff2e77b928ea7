/** Words for steps of a scale. */
import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { asText, type WidgetProps } from "../widget.ts";
import { PairRows } from "./map.tsx";

export function LabelsWidget(props: WidgetProps) {
  const { t } = useTranslation("builder");
  return (
    <PairRows
      {...props}
      keyLabel={t("form.step")}
      valueLabel={t("form.words")}
      keyCell={({ value, onChange, label }) => (
        <TextInput
          aria-label={label}
          inputMode="numeric"
          readOnly={props.readOnly}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      valueCell={({ value, onChange, label }) => (
        <TextInput
          aria-label={label}
          dir="auto"
          readOnly={props.readOnly}
          value={asText(value)}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    />
  );
}
