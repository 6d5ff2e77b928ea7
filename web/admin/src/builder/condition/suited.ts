/** Which operators suit the links of a box. What the catalogue's examples use comes first; the rest follows from the operators. */
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { OperatorInfo } from "../catalogue/operators.ts";
import type { Box, Condition, PlacedLink } from "../model/document.ts";

/** Operators that only boxes have whose examples show them: they look at what such a box did. */
const OF_THE_BOX = /^(api_|split_|no_agent)/;
/** Operators about an answer that came, or did not. */
const OF_THE_QUESTION = new Set(["has_valid_value", "exhausted", "no_reply_for"]);

/** Types of values that an operator fits, where it does not fit all. */
const FITS: Record<string, readonly string[]> = {
  contains: ["text", "phone", "email", "choice", "list", "json"],
  starts_with: ["text", "phone", "email", "choice", "list", "json"],
  matches: ["text", "phone", "email", "choice", "list", "json"],
  approximately_equals: ["text", "phone", "email", "choice", "list", "json"],
  approximately_contains: ["text", "phone", "email", "choice", "list", "json"],
  equals: ["text", "phone", "email", "choice", "list", "json", "boolean"],
  lt: ["number", "date", "date_time", "json"],
  le: ["number", "date", "date_time", "json"],
  gt: ["number", "date", "date_time", "json"],
  ge: ["number", "date", "date_time", "json"],
  between: ["number", "date", "date_time", "json"],
  before: ["date", "date_time", "json"],
  after: ["date", "date_time", "json"],
  on: ["date", "date_time", "json"],
  choice_is: ["choice", "list", "boolean", "text", "json"],
  eq: ["text", "number", "boolean", "date", "date_time", "phone", "email", "choice", "json"],
  ne: ["text", "number", "boolean", "date", "date_time", "phone", "email", "choice", "json"],
};

export interface Suited {
  /** What boxes of this type usually look at. */
  usual: OperatorInfo[];
  others: OperatorInfo[];
}

/** `type` is the type of what is compared, where it is known. */
export function suitedOperators(box: Box, catalogue: Catalogue, type?: string): Suited {
  const asks = catalogue.find(box.type)?.asks ?? false;
  const shown = shownOperators(box, catalogue);
  const fits = (it: OperatorInfo): boolean => {
    if (shown.has(it.op)) return true;
    if (OF_THE_BOX.test(it.op)) return false;
    if (OF_THE_QUESTION.has(it.op)) return asks;
    return type === undefined || !FITS[it.op] || FITS[it.op]?.includes(type) === true;
  };
  const fitting = catalogue.operators.filter(fits);
  return { usual: fitting.filter((it) => shown.has(it.op)), others: fitting.filter((it) => !shown.has(it.op)) };
}

/** Operators in the catalogue's examples of this type. */
function shownOperators(box: Box, catalogue: Catalogue): ReadonlySet<string> {
  const shown = new Set<string>();
  const take = (when: Condition | undefined): void => {
    if (!when) return;
    if (when.of) for (const it of Array.isArray(when.of) ? when.of : [when.of]) take(it);
    else shown.add(when.op);
  };
  for (const example of catalogue.find(box.type)?.examples ?? []) {
    for (const link of example.links) if (link.from === example.box.id) take(link.when);
  }
  return shown;
}

/** The condition that a new link of a box begins with, when the box has a default already. */
export function newCondition(box: Box, links: readonly PlacedLink[], catalogue: Catalogue): Condition {
  const { usual, others } = suitedOperators(box, catalogue);
  const asks = catalogue.find(box.type)?.asks ?? false;
  const choice = unlinkedChoice(box, links, catalogue);
  const byChoice = choice === undefined ? undefined : usual.find((it) => /choice|split/.test(it.op));
  if (byChoice) return { op: byChoice.op, value: choice };
  const taken = new Set(links.map((it) => it.link.when?.op));
  const free = usual.find((it) => !taken.has(it.op));
  const general = others.find((it) => (asks ? it.op === "equals" : it.op === "is_set"));
  return emptyCondition(
    free ??
      general ??
      usual[0] ??
      catalogue.operators[0] ?? { op: "is_set", description: "", hasSubject: true, compares: "nothing", valueTypes: [] },
  );
}

/** A condition with this operator, ready to be filled in. */
export function emptyCondition(it: OperatorInfo, before?: Condition): Condition {
  const field = it.hasSubject && before?.field ? { field: before.field } : {};
  const kept = before ? [before.value, ...(before.values ?? [])].filter((value) => value !== undefined) : [];
  switch (it.compares) {
    case "nothing":
      return { op: it.op, ...field };
    case "two":
      return { op: it.op, ...field, values: [kept[0] ?? "", kept[1] ?? ""] };
    case "one":
      return { op: it.op, ...field, value: kept[0] ?? "" };
    default:
      return kept.length > 1 ? { op: it.op, ...field, values: kept } : { op: it.op, ...field, value: kept[0] ?? "" };
  }
}

/** The values that an answer can have, where the box lists them: its choices or weights. */
export function knownValues(box: Box, catalogue: Catalogue): { value: string; label: string }[] {
  const found: { value: string; label: string }[] = [];
  catalogue.visit(box, (widget, value) => {
    if (widget === "choices" && Array.isArray(value)) {
      for (const it of value as { value?: unknown; label?: unknown }[]) {
        if (typeof it?.value === "string") found.push({ value: it.value, label: String(it.label || it.value) });
      }
    } else if (widget === "weights" && typeof value === "object" && value) {
      for (const name of Object.keys(value)) found.push({ value: name, label: name });
    }
  });
  return found;
}

/** The first choice or weight of a box that no link looks at. */
function unlinkedChoice(box: Box, links: readonly PlacedLink[], catalogue: Catalogue): string | undefined {
  const linked = new Set(links.flatMap(({ link }) => [link.when?.value, ...(link.when?.values ?? [])]));
  return knownValues(box, catalogue).find((it) => !linked.has(it.value))?.value;
}
