/** What can be done about a finding with one press. The server says what is wrong, by a stable code; here is what helps. */
import type { Finding } from "../api.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Label } from "../commands/command.ts";
import type { Act } from "../commands/index.ts";
import { type BotDocument, findBox, linksOf } from "../model/document.ts";
import { newBoxId } from "../model/ids.ts";
import { outlineOf, readingOrder } from "../model/order.ts";
import { texts } from "../model/references.ts";
import { placeholdersIn } from "../model/template.ts";

export interface Fix {
  label: Label;
  acts: Act[];
}

export function fixesFor(finding: Finding, document: BotDocument, catalogue: Catalogue): Fix[] {
  const make = FIXES[finding.code];
  return make ? make({ finding, document, catalogue, box: finding.box_id ?? "", link: finding.link ?? -1 }) : [];
}

interface Case {
  finding: Finding;
  document: BotDocument;
  catalogue: Catalogue;
  box: string;
  link: number;
}

const FIXES: Record<string, (it: Case) => Fix[]> = {
  dead_end: (it) => [...addEnd(it)],
  no_start: ({ document }) =>
    document.boxes.slice(0, 1).map((first) => ({
      label: { key: "fix.start_here", values: { title: first.title || first.id } },
      acts: [["set_start", { box: first.id }]],
    })),
  unreachable_box: ({ box }) => [{ label: { key: "fix.remove_box" }, acts: [["remove", { boxes: [box], notes: [] }]] }],
  link_to_nowhere: ({ link }) => [removeLink(link)],
  several_default_links: ({ link }) => [removeLink(link)],
  endless_loop: ({ document, box, link }) => {
    const at = link >= 0 ? link : linksOf(document, box)[0]?.index;
    return at === undefined ? [] : [removeLink(at)];
  },
  covered_condition: ({ document, link }) => {
    const it = document.links[link];
    const place = it ? linksOf(document, it.from).findIndex((other) => other.index === link) : -1;
    const up: Fix[] = place > 0 ? [{ label: { key: "fix.move_first" }, acts: [["move_link", { link, to: 0 }]] }] : [];
    return [...up, removeLink(link)];
  },
  undeclared_field: ({ document, box, finding }) => declare(document, box, finding),
  undefined_field: ({ document, box, finding }) => declare(document, box, finding),
  no_failure_link: (it) => addFailure(it),
  unknown_key: ({ finding }) =>
    finding.pointer ? [{ label: { key: "fix.remove_setting" }, acts: [["remove_at", { pointer: finding.pointer }]] }] : [],
  useless_setting: ({ finding, link }) => {
    if (link >= 0) return [removeLink(link)];
    return finding.pointer ? [{ label: { key: "fix.remove_setting" }, acts: [["remove_at", { pointer: finding.pointer }]] }] : [];
  },
  duplicate_title: ({ document, box, catalogue }) => {
    const it = findBox(document, box);
    if (!it?.title) return [];
    const same = document.boxes.filter((other) => other.title === it.title).length;
    void catalogue;
    const title = `${it.title} ${same}`;
    return [{ label: { key: "fix.rename", values: { title } }, acts: [["set_setting", { box, path: ["title"], value: title }]] }];
  },
};

function removeLink(link: number): Fix {
  return { label: { key: "fix.remove_link" }, acts: [["remove_link", { link }]] };
}

/** A type of box that ends the session: one that links never leave. */
export function endType(catalogue: Catalogue): string | undefined {
  return catalogue.types.find((it) => !catalogue.leaves(it.type))?.type;
}

function addEnd({ document, catalogue, box }: Case): Fix[] {
  const end = endType(catalogue);
  if (!end || linksOf(document, box).some((it) => !it.link.when)) return [];
  const existing = readingOrder(outlineOf(document)).find((id) => findBox(document, id)?.type === end && id !== box);
  const title = catalogue.find(end)?.title ?? end;
  const add: Fix = { label: { key: "fix.add_end", values: { title } }, acts: [["add_box", { type: end, from: box }]] };
  if (!existing) return [add];
  const name = findBox(document, existing)?.title || existing;
  return [add, { label: { key: "fix.link_to", values: { title: name } }, acts: [["add_link", { from: box, to: existing }]] }];
}

function addFailure({ document, catalogue, box }: Case): Fix[] {
  const says = catalogue.types.find((it) => it.group === "say") ?? catalogue.types[0];
  if (!says) return [];
  const id = newBoxId(document, says.type);
  return [
    {
      label: { key: "fix.add_failure", values: { title: says.title } },
      acts: [
        ["add_box", { type: says.type, from: box, when: { op: "api_failed" } }],
        ["set_setting", { box: id, path: ["title"], value: "If the call fails" }],
      ],
    },
  ];
}

/** The fields that a finding speaks of: those of the text that it points to, else of the whole box. */
function declare(document: BotDocument, box: string, finding: Finding): Fix[] {
  const it = findBox(document, box);
  const named = /`([A-Za-z_]\w*)`/.exec(finding.message)?.[1];
  const known = new Set(document.fields?.map((field) => field.name));
  const inTexts = texts(it).flatMap((text) => placeholdersIn(text).map((found) => found.name));
  const names = named ? [named] : [...new Set(inTexts)];
  return names
    .filter((name) => !known.has(name))
    .slice(0, 1)
    .map((name) => ({
      label: { key: "fix.declare", values: { name } },
      acts: [["declare_field", { field: { name, kind: "variable", type: "text" } }]],
    }));
}
