/** Findings by what they are about. */
import type { Finding } from "../api.ts";
import type { BotDocument, Link } from "../model/document.ts";
import { same } from "../model/text.ts";

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
  const parts = finding.pointer
    ?.split("/")
    .slice(1)
    .map((it) => it.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (parts?.[0] !== "boxes" || parts.length < 3) return null;
  return parts.slice(2);
}

/** Errors first, then in the order of the document. */
export function sorted(findings: readonly Finding[], order: ReadonlyMap<string, number>): Finding[] {
  const place = (it: Finding): number => (it.box_id ? (order.get(it.box_id) ?? Number.MAX_SAFE_INTEGER) : -1);
  return [...findings].sort((a, b) => Number(a.severity !== "error") - Number(b.severity !== "error") || place(a) - place(b));
}

/**
 * The findings about one document, told of a later one: the server counts links and boxes by their places, and places change
 * with each edit. What a finding was about and is gone takes the finding with it.
 */
export function carried(findings: readonly Finding[], before: BotDocument, after: BotDocument): Finding[] {
  if (before.links === after.links && before.boxes === after.boxes) return findings as Finding[];
  return findings.flatMap((it) => {
    if (it.box_id && !after.boxes.some((box) => box.id === it.box_id)) return [];
    const list = /^\/(links|boxes)\/(\d+)/.exec(it.pointer ?? "");
    const link = it.link ?? (list?.[1] === "links" ? Number(list[2]) : null);
    if (link !== null) {
      const now = placeNow(link, before.links, after.links);
      return now === null ? [] : [{ ...it, link: typeof it.link === "number" ? now : null, ...moved(it.pointer, now, "links") }];
    }
    if (list?.[1] !== "boxes") return [it];
    const id = before.boxes[Number(list[2])]?.id;
    const now = after.boxes.findIndex((box) => box.id === id);
    return now < 0 ? [] : [{ ...it, ...moved(it.pointer, now, "boxes") }];
  });
}

/** Where a link is now: what did not change is the same object still, what was changed stands where it stood. Null if it is gone. */
function placeNow(place: number, before: readonly Link[], after: readonly Link[]): number | null {
  const link = before[place];
  if (!link) return null;
  const kept = after.indexOf(link);
  if (kept >= 0) return kept;
  const [there] = after.slice(place, place + 1);
  if (there && there.from === link.from && after.length === before.length && !before.includes(there)) return place;
  const alike = after.findIndex((it) => same(it, link));
  return alike < 0 ? null : alike;
}

function moved(pointer: string | null | undefined, place: number, list: "links" | "boxes"): { pointer?: string } {
  if (!pointer?.startsWith(`/${list}/`)) return {};
  return { pointer: pointer.replace(/^\/\w+\/\d+/, `/${list}/${place}`) };
}
