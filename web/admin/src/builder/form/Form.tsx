/** Draws settings from their schema. It knows types and widgets by name, and no box. */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Setting } from "../catalogue/catalogue.ts";
import { type Plain, plainSchema, type Schema } from "../catalogue/schema.ts";
import type { Box } from "../model/document.ts";
import { Help } from "./Help.tsx";
import { widgetOf } from "./widgets/index.ts";
import { settingName } from "./words.ts";

export interface FormProps {
  settings: readonly Setting[];
  root: Schema;
  box: Box;
  /** From the box to the object that holds these settings. */
  path?: readonly string[];
  value: Record<string, unknown>;
  onChange: (path: string[], value: unknown) => void;
  /** What is wrong with the setting at this path. */
  errorAt?: (path: string[]) => string | undefined;
  readOnly: boolean;
}

const TOP: readonly string[] = [];

export function Form({ settings, root, box, path = TOP, value, onChange, errorAt, readOnly }: FormProps) {
  return settings.map((it) => (
    <FormField
      key={it.key}
      setting={it}
      root={root}
      box={box}
      path={path}
      value={value[it.key]}
      onChange={onChange}
      error={errorAt?.([...path, it.key])}
      readOnly={readOnly}
    />
  ));
}

interface FieldProps {
  setting: Setting;
  root: Schema;
  box: Box;
  path: readonly string[];
  value: unknown;
  onChange: (path: string[], value: unknown) => void;
  error: string | undefined;
  readOnly: boolean;
}

function FormField({ setting, root, box, path, value, onChange, error, readOnly }: FieldProps) {
  const { t } = useTranslation("builder");
  const Widget = widgetOf(setting.schema, root);
  const place = [...path, setting.key];
  const change = useCallback((next: unknown) => onChange([...path, setting.key], next), [onChange, path, setting.key]);
  return (
    <Widget
      id={inputId(box.id, place)}
      label={settingName(setting.key, t)}
      description={setting.schema.description ? <Help text={setting.schema.description} /> : undefined}
      error={error}
      required={setting.required}
      readOnly={readOnly}
      schema={setting.schema}
      root={root}
      value={value}
      onChange={change}
      box={box}
    />
  );
}

/** The id of the input of a setting, by which the focus is put there. */
export function inputId(boxId: string, path: readonly string[]): string {
  return `setting-${boxId}-${path.join("-")}`.replace(/[^\w-]/g, "_");
}

/** The parts of an object's schema as settings. */
export function partsOf(schema: Plain, root: Schema): Setting[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([key, it]) => ({ key, schema: plainSchema(it, root), required: required.has(key) }));
}
