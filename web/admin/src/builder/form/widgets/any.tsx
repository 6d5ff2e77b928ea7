/** Any JSON, for settings of which nothing more is known. */
import type { WidgetProps } from "../widget.ts";
import { JsonInput } from "../JsonInput.tsx";

export function AnyWidget(props: WidgetProps) {
  return <JsonInput {...props} />;
}
