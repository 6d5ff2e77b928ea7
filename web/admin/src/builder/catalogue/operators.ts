/** The operators of conditions, read from the schema of bots. */
import type { Schema } from "./schema.ts";

/** What an operator is compared with. */
export type Compares = "nothing" | "one" | "many" | "two";

export interface OperatorInfo {
  op: string;
  description: string;
  /** Whether it looks at a field, or at the answer. */
  hasSubject: boolean;
  compares: Compares;
  /** The JSON types of the values. */
  valueTypes: string[];
}

/** Operators that join other conditions. */
export const GROUPS = ["all", "any", "not"] as const;
export type Group = (typeof GROUPS)[number];

export function isGroup(op: string): op is Group {
  return (GROUPS as readonly string[]).includes(op);
}

export function operatorsOf(botSchema: Schema): OperatorInfo[] {
  const kinds = botSchema.$defs?.Condition?.oneOf ?? [];
  return kinds.flatMap((kind) => {
    const op = kind.properties?.op?.const;
    if (typeof op !== "string" || isGroup(op)) return [];
    const { value, values, field } = kind.properties ?? {};
    const compares: Compares = values ? (value ? "many" : "two") : value ? "one" : "nothing";
    const type = (value ?? values?.items)?.type ?? [];
    return [
      {
        op,
        description: kind.properties?.op?.description ?? "",
        hasSubject: field !== undefined,
        compares,
        valueTypes: Array.isArray(type) ? type : [type],
      },
    ];
  });
}
