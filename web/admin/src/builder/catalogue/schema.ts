/** JSON Schema as the server writes it: 2020-12 with `$defs`, and hints for forms in keys that begin with `x-`. */
import { isPlain } from "../model/text.ts";

export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  pattern?: string;
  format?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
  "x-widget"?: string;
  "x-multiline"?: boolean;
}

/** A schema without references and without the branch for null. */
export interface Plain extends Schema {
  /** Whether the value may be null or absent just as well. */
  nullable: boolean;
}

/** Follows references, joins what stands beside them, and takes `null` out of the alternatives. */
export function plainSchema(schema: Schema, root: Schema): Plain {
  const { $ref, ...beside } = schema;
  if ($ref) {
    const target = root.$defs?.[$ref.replace("#/$defs/", "")];
    return plainSchema({ ...(target ?? {}), ...beside }, root);
  }
  if (schema.allOf?.length) {
    const { allOf, ...own } = schema;
    return plainSchema(Object.assign({}, ...allOf.map((it) => plainSchema(it, root)), own) as Schema, root);
  }
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives) {
    const others = alternatives.filter((it) => it.type !== "null");
    const nullable = others.length < alternatives.length;
    const { oneOf: _, anyOf: __, ...own } = schema;
    const [only] = others;
    if (only && others.length === 1) return { ...plainSchema({ ...only, ...own }, root), nullable };
    const words = others.every((it) => it.const !== undefined || it.enum) ? others.flatMap((it) => it.enum ?? [it.const]) : undefined;
    return words ? { ...own, type: "string", enum: words, nullable } : { ...schema, nullable };
  }
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((it) => it !== "null");
    const [first] = types;
    return { ...schema, ...(types.length === 1 && first ? { type: first } : { type: types }), nullable: types.length < schema.type.length };
  }
  return { ...schema, nullable: false };
}

/** Visits each value below `value` for which the schema names a widget, together with the place where it stands. */
export function visitWidgets(
  schema: Schema,
  root: Schema,
  value: unknown,
  visit: (widget: string, value: unknown, path: string[]) => void,
): void {
  walk(plainSchema(schema, root), root, value, [], visit);
}

function walk(
  schema: Plain,
  root: Schema,
  value: unknown,
  path: string[],
  visit: (widget: string, value: unknown, path: string[]) => void,
): void {
  if (value === undefined || value === null) return;
  const widget = schema["x-widget"];
  if (widget) visit(widget, value, path);
  if (Array.isArray(value) && schema.items) {
    const inner = plainSchema(schema.items, root);
    value.forEach((it, place) => {
      walk(inner, root, it, [...path, String(place)], visit);
    });
  }
  if (!isPlain(value)) return;
  for (const [key, part] of Object.entries(schema.properties ?? {})) walk(plainSchema(part, root), root, value[key], [...path, key], visit);
}
