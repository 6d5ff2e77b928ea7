/** The name of a goal. */
import { useKnownNames } from "../fields.ts";
import { NameInput } from "../NameInput.tsx";
import type { WidgetProps } from "../widget.ts";

export function GoalWidget(props: WidgetProps) {
  return <NameInput {...props} offers={useKnownNames("goals")} />;
}
