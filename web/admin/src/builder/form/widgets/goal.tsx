/** The name of a goal. */
import { useKnownNames } from "../fields.ts";
import type { WidgetProps } from "../widget.ts";
import { NameInput } from "../NameInput.tsx";

export function GoalWidget(props: WidgetProps) {
  return <NameInput {...props} offers={useKnownNames("goals")} />;
}
