/** Shares by name, with what they come to in percent. */
import { NumberInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isPlain } from "../../model/text.ts";
import type { WidgetProps } from "../widget.ts";
import { PairRows } from "./map.tsx";

export function WeightsWidget(props: WidgetProps) {
  const { t } = useTranslation("builder");
  const all = isPlain(props.value) ? Object.values(props.value).reduce<number>((sum, it) => sum + (typeof it === "number" ? it : 0), 0) : 0;
  return (
    <PairRows
      {...props}
      newValue={50}
      valueLabel={t("form.share")}
      valueCell={({ value, onChange, label }) => {
        const share = typeof value === "number" ? value : 0;
        return (
          <NumberInput
            aria-label={label}
            min={0}
            allowDecimal={false}
            hideControls
            readOnly={props.readOnly}
            value={share}
            rightSectionWidth={52}
            rightSection={<span>{all ? `${Math.round((share / all) * 100)} %` : ""}</span>}
            onChange={(next) => onChange(typeof next === "number" ? next : 0)}
          />
        );
      }}
    />
  );
}
