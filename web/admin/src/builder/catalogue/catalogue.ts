/** The box catalogue and the bot schema as the server serves them. Nothing of the builder knows a box type by its name. */
import type { BotDocument, Box, Link, PlacedLink } from "../model/document.ts";
import type { Look } from "../model/geometry.ts";
import { isPlain } from "../model/text.ts";
import { type OperatorInfo, operatorsOf } from "./operators.ts";
import { type Plain, plainSchema, type Schema, visitWidgets } from "./schema.ts";

/** A conversation that shows what a type of box does. */
export interface BoxExample {
  title: string;
  box: Record<string, unknown>;
  links: Link[];
  steps: unknown[];
}

/** A type of box, as `/schemas/boxes.json` describes it. */
export interface BoxType {
  type: string;
  title: string;
  group: string;
  icon: string;
  asks: boolean;
  description: string;
  schema: Schema;
  examples: BoxExample[];
}

/** A setting of a box type, ready to be drawn. */
export interface Setting {
  key: string;
  schema: Plain;
  required: boolean;
}

/** Keys that every box has, which are drawn by other means than the form. */
const OWN_KEYS = new Set(["id", "type", "title", "advanced"]);

export class Catalogue {
  readonly types: readonly BoxType[];
  readonly operators: readonly OperatorInfo[];
  private readonly byName: Map<string, BoxType>;
  private readonly settingsByType = new Map<string, Setting[]>();
  /** Settings that all types have that ask: what becomes of the answer. */
  private readonly answerKeys: ReadonlySet<string>;
  private readonly looks = new WeakMap<Box, Look>();

  constructor(types: BoxType[], botSchema: Schema) {
    this.types = types;
    this.byName = new Map(types.map((it) => [it.type, it]));
    this.operators = operatorsOf(botSchema);
    const asking = types.filter((it) => it.asks).map((it) => new Set(Object.keys(it.schema.properties ?? {})));
    const [first] = asking;
    const shared = [...(first ?? [])].filter((key) => !OWN_KEYS.has(key) && asking.every((it) => it.has(key)));
    this.answerKeys = new Set(
      asking.length > 1 ? shared.filter((key) => !isSpoken(types.find((it) => it.asks)?.schema.properties?.[key])) : [],
    );
  }

  find(type: string): BoxType | undefined {
    return this.byName.get(type);
  }

  /** What a box is called: its title, else what its type is called. */
  titleOf(box: Box): string {
    return box.title?.trim() || this.find(box.type)?.title || box.type;
  }

  /** A box among many: its title and its type, or its type and how it begins. */
  longTitleOf(box: Box): string {
    const type = this.find(box.type)?.title ?? box.type;
    return `${box.title?.trim() || this.summary(box).slice(0, 40) || box.id} · ${type}`;
  }

  /** The settings of a type, in the order of its schema. */
  settings(type: string): Setting[] {
    const known = this.settingsByType.get(type);
    if (known) return known;
    const schema = this.find(type)?.schema;
    const required = new Set(schema?.required ?? []);
    const made = Object.entries(schema?.properties ?? {})
      .filter(([key]) => !OWN_KEYS.has(key))
      .map(([key, it]) => ({ key, schema: plainSchema(it, schema as Schema), required: required.has(key) }));
    made.sort((a, b) => weight(a) - weight(b));
    this.settingsByType.set(type, made);
    return made;
  }

  /** Settings of the section "Answer": those that every box has that asks. */
  isAboutAnswer(key: string): boolean {
    return this.answerKeys.has(key);
  }

  /** The settings of the Advanced panel, and of its parts. */
  advanced(type: string): Setting[] {
    const root = this.find(type)?.schema;
    const schema = root?.properties?.advanced;
    if (!root || !schema) return [];
    const plain = plainSchema(schema, root);
    return Object.entries(plain.properties ?? {}).map(([key, it]) => ({ key, schema: plainSchema(it, root), required: false }));
  }

  /** Whether links ever leave boxes of this type; its examples show it. */
  leaves(type: string): boolean {
    const examples = this.find(type)?.examples ?? [];
    return examples.length === 0 || examples.some((it) => it.links.some((link) => link.from === it.box.id));
  }

  /** A new box: what the schema needs and has no default for begins empty. */
  newSettings(type: string): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    for (const it of this.settings(type)) if (it.required) made[it.key] = emptyValue(it.schema, this.find(type)?.schema ?? {});
    return made;
  }

  /** The text that a box shows on the canvas: what it says, else its settings in short. */
  summary(box: Box): string {
    const settings = this.settings(box.type);
    const spoken = settings.find((it) => isSpoken(it.schema) && typeof box[it.key] === "string" && box[it.key]);
    if (spoken) return String(box[spoken.key]);
    return settings
      .filter((it) => !this.answerKeys.has(it.key))
      .map((it) => box[it.key])
      .filter((it) => (typeof it === "string" && it !== "") || typeof it === "number")
      .join(" · ");
  }

  /** What of a box needs room on the canvas. */
  look(box: Box, links: PlacedLink[]): Look {
    const rows = links.length + (this.hasOpenEnd(box, links) ? 1 : 0);
    const known = this.looks.get(box);
    if (known?.rows === rows) return known;
    const look = known ? { ...known, rows } : { lines: linesOf(this.summary(box)), badges: badgesOf(box).length > 0, rows };
    this.looks.set(box, look);
    return look;
  }

  /** Whether nothing says yet where a box leads when no condition holds. */
  hasOpenEnd(box: Box, links: readonly PlacedLink[]): boolean {
    return this.leaves(box.type) && !links.some((it) => !it.link.when);
  }

  lookOf = (box: Box, links: PlacedLink[]): Look => this.look(box, links);

  /** Visits the settings of a box for which the schema names a widget, those of Advanced included. */
  visit(box: Box, visit: (widget: string, value: unknown, path: string[]) => void): void {
    const schema = this.find(box.type)?.schema;
    if (schema) visitWidgets(schema, schema, box, visit);
  }

  /** The boxes that settings of a box name, such as the target of a jump. */
  namedBoxes(document: BotDocument, id: string): string[] {
    const box = document.boxes.find((it) => it.id === id);
    const named: string[] = [];
    if (box) this.visit(box, (widget, value) => void (widget === "box" && typeof value === "string" && named.push(value)));
    return named;
  }
}

/** Characters that fit in a line of a box, on average. */
const LINE = 36;

function linesOf(text: string): number {
  const lines = text.trim()
    ? text
        .trim()
        .split("\n")
        .reduce((sum, it) => sum + Math.max(1, Math.ceil(it.length / LINE)), 0)
    : 0;
  return Math.min(lines, 2);
}

/** What of the Advanced panel a box shows. */
export interface BoxBadge {
  kind: "saves" | "webhook" | "flag" | "unflag" | "goal" | "notify";
  text: string;
}

/** The badges of a box: what it does beside what it says. */
export function badgesOf(box: Box): BoxBadge[] {
  const badges: BoxBadge[] = [];
  const names = (value: unknown): string => (Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : "");
  const advanced = isPlain(box.advanced) ? box.advanced : {};
  const add = (kind: BoxBadge["kind"], text: string): void => void (text && badges.push({ kind, text }));
  add("saves", names(box.save_to));
  if (advanced.push_to_webhook === true) badges.push({ kind: "webhook", text: "" });
  add("flag", names(advanced.assign_flags));
  add("unflag", names(advanced.remove_flags));
  add("goal", names(advanced.goal));
  if (isPlain(advanced.notify)) badges.push({ kind: "notify", text: "" });
  return badges;
}

/** Whether a setting is what the bot says: a template of several lines. */
function isSpoken(schema: Schema | undefined): boolean {
  return schema?.["x-widget"] === "template" && schema["x-multiline"] === true;
}

/** What the bot says stands first, then what is needed, then the rest. */
function weight(it: Setting): number {
  return (isSpoken(it.schema) && it.required ? 0 : 2) + (it.required ? 0 : 1);
}

/** The value that a setting begins with when it is needed. */
export function emptyValue(schema: Plain, root: Schema): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum?.length) return schema.enum[0];
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "array":
      return [];
    case "boolean":
      return false;
    case "number":
    case "integer":
      return schema.minimum ?? 0;
    case "object": {
      const made: Record<string, unknown> = {};
      for (const key of schema.required ?? []) {
        const part = schema.properties?.[key];
        if (part) made[key] = emptyValue(plainSchema(part, root), root);
      }
      return made;
    }
    default:
      return "";
  }
}
