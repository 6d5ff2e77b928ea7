/** Conditions in words. */
import i18next, { type TFunction } from "i18next";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { isGroup } from "../catalogue/operators.ts";
import type { Box, Condition } from "../model/document.ts";
import { knownValues } from "./suited.ts";

export interface SentenceContext {
  t: TFunction<"builder">;
  catalogue: Catalogue;
  /** The box whose link it is: its choices have labels. */
  box?: Box | undefined;
}

/** "is “Refill”", "{age} is at least 18", "all of: …". */
export function sentenceOf(when: Condition | undefined, context: SentenceContext): string {
  const { t } = context;
  if (!when) return t("condition.default");
  if (isGroup(when.op)) {
    const inner = (Array.isArray(when.of) ? when.of : when.of ? [when.of] : []).map((it) => sentenceOf(it, context));
    if (when.op === "not") return t("condition.not", { inner: inner.join(", ") });
    return inner.length ? inner.join(` ${t(`condition.${when.op === "all" ? "and" : "or"}`)} `) : t("condition.empty_group");
  }
  const subject = when.field ? `{${when.field}}` : "";
  const values = valuesText(when, context);
  const key = `op.${when.op}.says`;
  const said = i18next.exists(key, { ns: "builder" })
    ? t(key as never, { subject, ...values })
    : `${subject} ${operatorName(when.op, t)} ${values.value}`;
  return String(said).trim();
}

/** What an operator is called in the list of operators. */
export function operatorName(op: string, t: TFunction<"builder">): string {
  const key = `op.${op}.name`;
  return i18next.exists(key, { ns: "builder" }) ? String(t(key as never)) : op.replaceAll("_", " ");
}

function valuesText(when: Condition, { t, catalogue, box }: SentenceContext): { value: string; low: string; high: string } {
  const labels = box && !when.field ? new Map(knownValues(box, catalogue).map((it) => [it.value, it.label])) : new Map<string, string>();
  const list = (when.values ?? (when.value === undefined ? [] : [when.value])).map((it) => labels.get(String(it)) ?? String(it));
  const shown = list.map((it) => (it === "" ? t("condition.nothing_yet") : it));
  const joined = new Intl.ListFormat(i18next.language, { type: "disjunction" }).format(
    shown.length > 4 ? [...shown.slice(0, 3), "…"] : shown,
  );
  return { value: joined || t("condition.nothing_yet"), low: shown[0] ?? "…", high: shown[1] ?? "…" };
}
