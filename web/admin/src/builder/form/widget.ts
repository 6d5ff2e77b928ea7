/** What a widget of a form gets. */
import type { ComponentType, ReactNode } from "react";
import type { Plain, Schema } from "../catalogue/schema.ts";
import type { Box } from "../model/document.ts";

export interface WidgetProps {
  /** Of the input, for labels and for putting the focus there. */
  id: string;
  label: string;
  description?: ReactNode;
  error?: string | undefined;
  required: boolean;
  readOnly: boolean;
  schema: Plain;
  /** Where references of the schema lead. */
  root: Schema;
  value: unknown;
  /** Undefined takes the setting away. */
  onChange: (value: unknown) => void;
  box: Box;
}

export type Widget = ComponentType<WidgetProps>;

/** A text, or nothing when the setting is not needed and empty. */
export function textOrNothing(text: string, required: boolean): string | undefined {
  return text === "" && !required ? undefined : text;
}

export function asText(value: unknown): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : String(value);
}
