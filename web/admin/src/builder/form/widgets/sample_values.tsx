/** Sample values by field, for trying a call. */
import { useTranslation } from "react-i18next";
import type { WidgetProps } from "../widget.ts";
import { MapWidget } from "./map.tsx";

export function SampleValuesWidget(props: WidgetProps) {
  const { t } = useTranslation("builder");
  return <MapWidget {...props} label={props.label || t("form.sample_values")} />;
}
