/** Any JSON, for settings of which nothing more is known. */

import { JsonInput } from "../JsonInput.tsx";
import type { WidgetProps } from "../widget.ts";

export function AnyWidget(props: WidgetProps) {
  return <JsonInput {...props} />;
}
