/** JSON with `{field}` in its texts. */

import { JsonInput } from "../JsonInput.tsx";
import type { WidgetProps } from "../widget.ts";

export function JsonTemplateWidget(props: WidgetProps) {
  return <JsonInput {...props} placeholder={'{ "day": "{appointment_at}" }'} />;
}
