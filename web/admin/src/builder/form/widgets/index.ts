/** All widgets, by the name that a schema gives in `x-widget`, and those that follow from a schema's type. A new one is a file beside this and a line here. */
import { type Plain, plainSchema, type Schema } from "../../catalogue/schema.ts";
import type { Widget } from "../widget.ts";
import { AgentsWidget } from "./agents.tsx";
import { AnyWidget } from "./any.tsx";
import { BotWidget } from "./bot.tsx";
import { BoxWidget } from "./box.tsx";
import { ChoiceWidget } from "./choice.tsx";
import { ChoicesWidget } from "./choices.tsx";
import { DurationWidget } from "./duration.tsx";
import { FieldWidget } from "./field.tsx";
import { FlagWidget } from "./flag.tsx";
import { FlagsWidget } from "./flags.tsx";
import { FormulaWidget } from "./formula.tsx";
import { GoalWidget } from "./goal.tsx";
import { HeadersWidget } from "./headers.tsx";
import { JsonPathsWidget } from "./json_paths.tsx";
import { JsonTemplateWidget } from "./json_template.tsx";
import { LabelsWidget } from "./labels.tsx";
import { ListWidget } from "./list.tsx";
import { MapWidget } from "./map.tsx";
import { MomentWidget } from "./moment.tsx";
import { NumberWidget } from "./number.tsx";
import { ObjectWidget } from "./object.tsx";
import { SampleValuesWidget } from "./sample_values.tsx";
import { SomeWidget } from "./some.tsx";
import { SwitchWidget } from "./switch.tsx";
import { TableWidget } from "./table.tsx";
import { TemplateWidget } from "./template.tsx";
import { TextWidget } from "./text.tsx";
import { ValueWidget } from "./value.tsx";
import { WeightsWidget } from "./weights.tsx";

/** By `x-widget`. */
export const WIDGETS: Record<string, Widget> = {
  agents: AgentsWidget,
  bot: BotWidget,
  box: BoxWidget,
  choices: ChoicesWidget,
  duration: DurationWidget,
  field: FieldWidget,
  flag: FlagWidget,
  flags: FlagsWidget,
  formula: FormulaWidget,
  goal: GoalWidget,
  headers: HeadersWidget,
  json_paths: JsonPathsWidget,
  json_template: JsonTemplateWidget,
  labels: LabelsWidget,
  moment: MomentWidget,
  sample_values: SampleValuesWidget,
  template: TemplateWidget,
  value: ValueWidget,
  weights: WeightsWidget,
};

/** By what the schema says of the value, for settings without a widget of their own or with one that is not known here. */
export const BY_TYPE = {
  any: AnyWidget,
  choice: ChoiceWidget,
  list: ListWidget,
  map: MapWidget,
  number: NumberWidget,
  object: ObjectWidget,
  some: SomeWidget,
  switch: SwitchWidget,
  table: TableWidget,
  text: TextWidget,
} satisfies Record<string, Widget>;

export function widgetOf(schema: Plain, root: Schema): Widget {
  const named = schema["x-widget"] ? WIDGETS[schema["x-widget"]] : undefined;
  return named ?? BY_TYPE[kindOf(schema, root)];
}

function kindOf(schema: Plain, root: Schema): keyof typeof BY_TYPE {
  if (schema.enum) return "choice";
  switch (schema.type) {
    case "string":
      return "text";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "switch";
    case "array":
      return schema.items ? kindOfList(plainSchema(schema.items, root)) : "any";
    case "object":
      return schema.properties ? "object" : "map";
    default:
      return "any";
  }
}

function kindOfList(items: Plain): "some" | "table" | "list" | "any" {
  if (items.enum) return "some";
  if (items.properties) return "table";
  return items.type === "string" ? "list" : "any";
}
