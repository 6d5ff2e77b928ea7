/** Names of flags. */
import { useKnownNames } from "../fields.ts";
import type { WidgetProps } from "../widget.ts";
import { Tags } from "./list.tsx";

export function FlagsWidget(props: WidgetProps) {
  return <Tags {...props} offers={useKnownNames("flags")} />;
}
