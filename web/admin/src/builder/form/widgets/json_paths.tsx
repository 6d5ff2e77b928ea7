/** Fields that are taken out of an answer, each with a JSONPath. */
import { Autocomplete, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useKnownFields } from "../fields.ts";
import { asText, type WidgetProps } from "../widget.ts";
import { PairRows } from "./map.tsx";

export function JsonPathsWidget(props: WidgetProps) {
  const { t } = useTranslation("builder");
  const fields = useKnownFields();
  return (
    <PairRows
      {...props}
      keyLabel={t("form.field")}
      valueLabel={t("form.json_path")}
      newValue="$."
      keyCell={({ value, onChange, label }) => (
        <Autocomplete
          aria-label={label}
          placeholder={t("form.field")}
          readOnly={props.readOnly}
          limit={30}
          data={fields.map((it) => it.name)}
          value={value}
          comboboxProps={{ withinPortal: false }}
          onChange={onChange}
        />
      )}
      valueCell={({ value, onChange, label }) => (
        <TextInput
          aria-label={label}
          spellCheck={false}
          readOnly={props.readOnly}
          styles={{ input: { fontFamily: "var(--font-code)" } }}
          value={asText(value)}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    />
  );
}
