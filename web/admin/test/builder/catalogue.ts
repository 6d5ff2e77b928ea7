/** A catalogue of box types that no server has: what the builder does must follow from the catalogue alone. */
import { type BoxType, Catalogue } from "../../src/builder/catalogue/catalogue.ts";
import type { Schema } from "../../src/builder/catalogue/schema.ts";

const advanced: Schema = {
  type: "object",
  additionalProperties: false,
  properties: {
    push_to_webhook: { type: "boolean", description: "Push." },
    assign_flags: { type: "array", items: { type: "string" }, "x-widget": "flags" },
    goal: { type: ["string", "null"], "x-widget": "goal" },
  },
};

function type(name: string, group: string, own: Record<string, Schema>, required: string[], more: Partial<BoxType> = {}): BoxType {
  const asks = more.asks ?? false;
  const question: Record<string, Schema> = asks
    ? {
        text: { type: "string", "x-widget": "template", "x-multiline": true, description: "What is asked." },
        save_to: { type: ["string", "null"], "x-widget": "field" },
        max_retries: { type: "integer", default: 3, maximum: 100 },
      }
    : {};
  return {
    type: name,
    title: name.charAt(0).toUpperCase() + name.slice(1),
    group,
    icon: "square",
    asks,
    description: `Does ${name}.`,
    schema: {
      type: "object",
      additionalProperties: false,
      required: ["id", "type", ...(asks ? ["text"] : []), ...required],
      properties: {
        id: { type: "string" },
        type: { const: name },
        title: { type: ["string", "null"] },
        ...question,
        ...own,
        advanced: { $ref: "#/$defs/Advanced" },
      },
      $defs: { Advanced: advanced, Mood: { type: "string", enum: ["calm", "stormy"], description: "A mood." } },
    },
    examples: [{ title: "One", box: { id: "it", type: name }, links: [{ from: "it", to: "there" }], steps: [] }],
    ...more,
  };
}

export const TYPES: BoxType[] = [
  type("say", "say", { text: { type: "string", "x-widget": "template", "x-multiline": true } }, ["text"]),
  type("weather", "ask", { mood: { $ref: "#/$defs/Mood", default: "calm" }, degrees: { type: ["number", "null"], minimum: -50 } }, [], {
    asks: true,
    examples: [
      { title: "One", box: { id: "it", type: "weather" }, links: [{ from: "it", to: "there", when: { op: "gt", value: 30 } }], steps: [] },
    ],
  }),
  type(
    "pick",
    "ask",
    {
      choices: {
        type: "array",
        minItems: 1,
        "x-widget": "choices",
        items: {
          type: "object",
          required: ["value", "label"],
          properties: { value: { type: "string" }, label: { type: "string" }, synonyms: { type: "array", items: { type: "string" } } },
        },
      },
    },
    ["choices"],
    {
      asks: true,
      examples: [
        {
          title: "One",
          box: { id: "it", type: "pick" },
          links: [{ from: "it", to: "there", when: { op: "choice_is", value: "a" } }],
          steps: [],
        },
      ],
    },
  ),
  type("hop", "do", { box: { type: ["string", "null"], "x-widget": "box" } }, []),
  type("sum", "do", { field: { type: "string", "x-widget": "field" }, formula: { type: ["string", "null"], "x-widget": "formula" } }, [
    "field",
  ]),
  type("stop", "do", { message: { type: ["string", "null"], "x-widget": "template", "x-multiline": true } }, [], {
    examples: [{ title: "One", box: { id: "it", type: "stop" }, links: [], steps: [] }],
  }),
];

function operator(op: string, properties: Record<string, Schema>, required: string[]): Schema {
  return { type: "object", required: ["op", ...required], properties: { op: { const: op, description: `${op}.` }, ...properties } };
}

const field: Schema = { type: "string", "x-widget": "field" };
const many = (type: string | string[]): Record<string, Schema> => ({ value: { type }, values: { type: "array", items: { type } } });

export const BOT_SCHEMA: Schema = {
  $defs: {
    Condition: {
      oneOf: [
        { properties: { op: { enum: ["all", "any"] }, of: { type: "array" } } },
        { properties: { op: { const: "not" }, of: {} } },
        operator("has_valid_value", {}, []),
        operator("equals", { field, ...many("string") }, []),
        operator("gt", { field, ...many(["string", "number", "boolean"]) }, []),
        operator("between", { field, values: { type: "array", items: { type: ["string", "number", "boolean"] } } }, ["values"]),
        operator("choice_is", { field, ...many(["string", "number", "boolean"]) }, []),
        operator("is_set", { field }, []),
        operator("has_flag", many("string"), []),
        operator("no_reply_for", { value: { type: "string" } }, ["value"]),
      ],
    },
  },
};

export const CATALOGUE = new Catalogue(TYPES, BOT_SCHEMA);
