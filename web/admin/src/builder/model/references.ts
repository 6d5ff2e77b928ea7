/** What boxes and links refer to: fields, flags, boxes. The schema's hints say which setting refers to what. */
import type { Catalogue } from "../catalogue/catalogue.ts";
import { isGroup } from "../catalogue/operators.ts";
import type { BotDocument, Box, Condition, Link } from "./document.ts";
import { namesInFormula, placeholdersIn, renameIn } from "./template.ts";
import { isPlain } from "./text.ts";

export interface Uses {
  fields: Set<string>;
  flags: Set<string>;
  goals: Set<string>;
  boxes: Set<string>;
}

export function usesOf(box: Box, links: readonly Link[], catalogue: Catalogue): Uses {
  const uses: Uses = { fields: new Set(), flags: new Set(), goals: new Set(), boxes: new Set() };
  catalogue.visit(box, (widget, value) => {
    for (const it of texts(value)) {
      if (widget === "field") uses.fields.add(rootOf(it));
      else if (widget === "flags" || widget === "flag") uses.flags.add(it);
      else if (widget === "goal") uses.goals.add(it);
      else if (widget === "box") uses.boxes.add(it);
      else if (widget === "formula") for (const name of namesInFormula(it)) uses.fields.add(name);
      else for (const { name } of placeholdersIn(it)) uses.fields.add(name);
    }
    if (FIELD_KEYS.has(widget) && isPlain(value)) for (const name of Object.keys(value)) uses.fields.add(name);
  });
  for (const link of links) if (link.when) inCondition(link.when, uses);
  return uses;
}

/** Widgets of objects whose keys name fields. */
const FIELD_KEYS = new Set(["json_paths", "sample_values"]);

function inCondition(when: Condition, uses: Uses): void {
  const inner = Array.isArray(when.of) ? when.of : when.of ? [when.of] : [];
  for (const it of inner) inCondition(it, uses);
  if (isGroup(when.op)) return;
  if (when.field) uses.fields.add(rootOf(when.field));
  const values = [when.value, ...(when.values ?? [])].filter((it) => typeof it === "string");
  for (const it of values) {
    if (when.op.endsWith("_flag")) uses.flags.add(it);
    else for (const { name } of placeholdersIn(it)) uses.fields.add(name);
  }
}

function rootOf(path: string): string {
  return path.split(".")[0] ?? path;
}

/** All texts in a value. */
export function texts(value: unknown): string[] {
  if (typeof value === "string") return value ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(texts);
  return isPlain(value) ? Object.values(value).flatMap(texts) : [];
}

/** Fields that every workspace has. */
export const BUILT_IN: readonly (readonly [name: string, type: string])[] = [
  ["user_fname", "text"],
  ["user_lname", "text"],
  ["user_name", "text"],
  ["user_phone", "phone"],
  ["user_email", "email"],
  ["user_city", "text"],
  ["user_state", "text"],
  ["user_zip", "text"],
  ["user_birthdate", "date"],
  ["user_gender", "text"],
  ["user_language", "text"],
  ["user_timezone", "text"],
];

/** The type that a field is declared with or built in as. */
export function fieldType(document: BotDocument, name: string): string | undefined {
  return document.fields?.find((it) => it.name === name)?.type ?? BUILT_IN.find(([it]) => it === name)?.[1];
}

/** Other names for what boxes refer to. */
export interface Renames {
  boxes?: ReadonlyMap<string, string>;
  fields?: ReadonlyMap<string, string>;
}

/** The box with everything renamed that its settings refer to. The box's own id stays. */
export function renameInBox(box: Box, renames: Renames, catalogue: Catalogue): Box {
  const copy = structuredClone(box);
  const changes: { path: string[]; value: unknown }[] = [];
  catalogue.visit(copy, (widget, value, path) => {
    const renamed = renamedValue(widget, value, renames);
    if (renamed !== value) changes.push({ path, value: renamed });
  });
  for (const { path, value } of changes) put(copy, path, value);
  return copy;
}

function renamedValue(widget: string, value: unknown, { boxes, fields }: Renames): unknown {
  if (widget === "box") return typeof value === "string" ? (boxes?.get(value) ?? value) : value;
  if (!fields?.size) return value;
  const one = (it: string): string => {
    if (widget === "flags" || widget === "flag" || widget === "goal") return it;
    if (widget === "field") return renamePath(it, fields);
    if (widget === "formula") return renameWords(it, fields);
    return renameIn(it, fields);
  };
  const all = (it: unknown): unknown => {
    if (typeof it === "string") return one(it);
    if (Array.isArray(it)) return it.map(all);
    if (!isPlain(it)) return it;
    const key = (name: string): string => (FIELD_KEYS.has(widget) ? (fields.get(name) ?? name) : name);
    return Object.fromEntries(Object.entries(it).map(([name, inner]) => [key(name), all(inner)]));
  };
  const renamed = all(value);
  return JSON.stringify(renamed) === JSON.stringify(value) ? value : renamed;
}

function renamePath(path: string, names: ReadonlyMap<string, string>): string {
  const root = rootOf(path);
  const name = names.get(root);
  return name === undefined ? path : name + path.slice(root.length);
}

function renameWords(formula: string, names: ReadonlyMap<string, string>): string {
  return formula.replace(/(?<![\w.])[A-Za-z_]\w*/g, (it) => names.get(it) ?? it);
}

export function renameInCondition(when: Condition, fields: ReadonlyMap<string, string>): Condition {
  const text = (it: unknown): unknown => (typeof it === "string" ? renameIn(it, fields) : it);
  const made: Condition = { ...when };
  if (when.field) made.field = renamePath(when.field, fields);
  if (when.value !== undefined) made.value = text(when.value);
  if (when.values) made.values = when.values.map(text);
  if (Array.isArray(when.of)) made.of = when.of.map((it) => renameInCondition(it, fields));
  else if (when.of) made.of = renameInCondition(when.of, fields);
  return made;
}

/** Sets the value at a path of keys and list places; parents must be there. */
export function put(target: unknown, path: readonly string[], value: unknown): void {
  const last = path.at(-1);
  let at = target as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  if (last !== undefined) at[last] = value;
}
