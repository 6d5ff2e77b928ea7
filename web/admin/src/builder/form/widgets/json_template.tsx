/** JSON with `{field}` in its texts. */
import type { WidgetProps } from "../widget.ts";
import { JsonInput } from "../JsonInput.tsx";

export function JsonTemplateWidget(props: WidgetProps) {
  return <JsonInput {...props} placeholder={'{ "day": "{appointment_at}" }'} />;
}
