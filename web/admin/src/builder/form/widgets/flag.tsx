/** The name of one flag. */
import { useKnownNames } from "../fields.ts";
import { NameInput } from "../NameInput.tsx";
import type { WidgetProps } from "../widget.ts";

export function FlagWidget(props: WidgetProps) {
  return <NameInput {...props} offers={useKnownNames("flags")} />;
}
