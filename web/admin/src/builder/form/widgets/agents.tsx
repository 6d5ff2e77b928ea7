/** Agents, by e-mail. */
import { useBuilder } from "../../context.ts";
import type { WidgetProps } from "../widget.ts";
import { Tags } from "./list.tsx";

export function AgentsWidget(props: WidgetProps) {
  const { resources } = useBuilder();
  return <Tags {...props} offers={resources.agents.map((it) => it.email)} />;
}
