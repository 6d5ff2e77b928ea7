/** Findings by what they are about. */
import type { Finding } from "../api.ts";

export interface Count {
  errors: number;
  warnings: number;
}

export const NONE: Count = { errors: 0, warnings: 0 };

export function countOf(findings: readonly Finding[]): Count {
  const errors = findings.filter((it) => it.severity === "error").length;
  return { errors, warnings: findings.length - errors };
}

const grouped = new WeakMap<readonly Finding[], Map<string, Finding[]>>();

/** The findings of each box, those of its links included. */
export function byBox(findings: readonly Finding[]): Map<string, Finding[]> {
  const known = grouped.get(findings);
  if (known) return known;
  const made = new Map<string, Finding[]>();
  for (const it of findings) {
    if (!it.box_id) continue;
    const list = made.get(it.box_id);
    if (list) list.push(it);
    else made.set(it.box_id, [it]);
  }
  grouped.set(findings, made);
  return made;
}

/** From the box to the setting that a finding points to, or null if it is about no setting. */
export function settingPath(finding: Finding): string[] | null {
  const parts = finding.pointer?.split("/").slice(1).map((it) => it.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (!parts || parts[0] !== "boxes" || parts.length < 3) return null;
  return parts.slice(2);
}

/** Errors first, then in the order of the document. */
export function sorted(findings: readonly Finding[], order: ReadonlyMap<string, number>): Finding[] {
  const place = (it: Finding): number => (it.box_id ? (order.get(it.box_id) ?? Number.MAX_SAFE_INTEGER) : -1);
  return [...findings].sort((a, b) => Number(a.severity !== "error") - Number(b.severity !== "error") || place(a) - place(b));
}
