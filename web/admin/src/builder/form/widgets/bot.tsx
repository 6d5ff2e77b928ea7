/** Another bot, by its function id. */
import { useBuilder } from "../../context.ts";
import { NameInput } from "../NameInput.tsx";
import type { WidgetProps } from "../widget.ts";

export function BotWidget(props: WidgetProps) {
  const { resources, editor } = useBuilder();
  const others = resources.bots.filter((it) => it.function_id !== editor.functionId);
  return <NameInput {...props} offers={others.map((it) => it.function_id)} />;
}
