/** A moment: a date, a word such as `tomorrow 09:00`, a field with some time more or less. */
import type { WidgetProps } from "../widget.ts";
import { LabelledTemplate } from "./template.tsx";

export function MomentWidget(props: WidgetProps) {
  return <LabelledTemplate {...props} placeholder="tomorrow 09:00" />;
}
