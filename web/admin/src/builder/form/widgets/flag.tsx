/** The name of one flag. */
import { useKnownNames } from "../fields.ts";
import type { WidgetProps } from "../widget.ts";
import { NameInput } from "../NameInput.tsx";

export function FlagWidget(props: WidgetProps) {
  return <NameInput {...props} offers={useKnownNames("flags")} />;
}
