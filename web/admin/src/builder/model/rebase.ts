/**
 * Brings what I did and what somebody else did meanwhile together. Both began with `base`. Whatever only one side
 * touched is taken from that side; where both touched the same thing there is a conflict, which a person decides.
 */
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { BotDocument, Box, FieldDefinition, Link, Note, Point } from "./document.ts";
import { newBoxId, newNoteId } from "./ids.ts";
import { renameInBox } from "./references.ts";
import { isPlain, same } from "./text.ts";

export type Side = "mine" | "theirs";

/** What both sides touched: `box:ID` with its links, `note:ID`, `field:NAME`, `bot:KEY`; of questions and answers `entry:ID`. */
export type Unit = `${"box" | "note" | "field" | "bot" | "entry"}:${string}`;

export interface Conflict {
  unit: Unit;
  /** Of a box: the settings that differ, and `links`; empty when one side removed it. */
  keys: string[];
  /** Which side removed it, if one did. */
  removedBy?: Side;
}

export interface Merged {
  document: BotDocument;
  conflicts: Conflict[];
}

/** Who wins where both touched the same; without a choice it is mine. */
export type Choices = Partial<Record<Unit, Side>>;

export function merge(base: BotDocument, mine: BotDocument, theirs: BotDocument, choices: Choices = {}): Merged {
  if (same(base, theirs)) return { document: mine, conflicts: [] };
  if (same(base, mine) || same(mine, theirs)) return { document: theirs, conflicts: [] };
  return new Merge(base, mine, theirs, choices).run();
}

class Merge {
  private readonly conflicts = new Map<Unit, Conflict>();
  constructor(
    private readonly base: BotDocument,
    private readonly mine: BotDocument,
    private readonly theirs: BotDocument,
    private readonly choices: Choices,
  ) {}

  run(): Merged {
    const boxes = this.boxes();
    const kept = new Set(boxes.map((it) => it.id));
    const document: BotDocument = {
      ...this.bot(),
      boxes,
      links: this.links(kept),
    };
    const fields = this.list<FieldDefinition>(
      "field",
      (it) => it.fields ?? [],
      (it) => it.name,
    );
    const notes = this.list<Note>(
      "note",
      (it) => it.notes ?? [],
      (it) => it.id,
    );
    const layout = this.layout(kept);
    delete document.fields;
    delete document.notes;
    delete document.layout;
    if (fields.length || this.theirs.fields) document.fields = fields;
    if (notes.length || this.theirs.notes) document.notes = notes;
    if (Object.keys(layout).length || this.theirs.layout) document.layout = layout;
    return { document, conflicts: [...this.conflicts.values()] };
  }

  private side(unit: Unit): Side {
    return this.choices[unit] ?? "mine";
  }

  private conflict(unit: Unit, keys: string[], removedBy?: Side): Side {
    const known = this.conflicts.get(unit);
    const all = [...new Set([...(known?.keys ?? []), ...keys])];
    const by = removedBy ?? known?.removedBy;
    this.conflicts.set(unit, { unit, keys: all, ...(by ? { removedBy: by } : {}) });
    return this.side(unit);
  }

  private boxes(): Box[] {
    const [base, mine, theirs] = [this.base, this.mine, this.theirs].map((it) => byKey(it.boxes, (box) => box.id)) as [Boxes, Boxes, Boxes];
    return order(this.theirs.boxes, this.mine.boxes, (it) => it.id).flatMap((id) => {
      const box = this.box(id, base.get(id), mine.get(id), theirs.get(id));
      return box ? [box] : [];
    });
  }

  private box(id: string, base: Box | undefined, mine: Box | undefined, theirs: Box | undefined): Box | undefined {
    const unit: Unit = `box:${id}`;
    if (mine && theirs) return (base ? this.settings(unit, base, mine, theirs) : this.bothAdded(unit, mine, theirs)) as Box;
    if (!base) return mine ?? theirs;
    const remover: Side = mine ? "theirs" : "mine";
    const other = mine ?? theirs;
    if (!other) return undefined;
    const document = mine ? this.mine : this.theirs;
    const touched = !same(other, base) || !same(linksFrom(document, id), linksFrom(this.base, id)) || this.newlyLinked(document, id);
    if (!touched) return undefined;
    return this.conflict(unit, [], remover) === remover ? undefined : other;
  }

  private bothAdded(unit: Unit, mine: Box, theirs: Box): Box {
    if (same(mine, theirs)) return theirs;
    return this.conflict(unit, differing(mine, theirs)) === "mine" ? mine : theirs;
  }

  /** Whether somebody links to a box that the other side removed. */
  private newlyLinked(document: BotDocument, id: string): boolean {
    const known = this.base.links.filter((it) => it.to === id);
    return document.links.some((it) => it.to === id && it.from !== id && !known.some((other) => same(it, other)));
  }

  private settings(
    unit: Unit,
    base: Record<string, unknown>,
    mine: Record<string, unknown>,
    theirs: Record<string, unknown>,
    above = "",
  ): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
      const [b, m, t] = [base[key], mine[key], theirs[key]];
      let value: unknown;
      if (same(m, b)) value = t;
      else if (same(t, b) || same(m, t)) value = m;
      // Advanced is a panel of its own things; other settings only make sense as a whole.
      else if (above === "" && key === "advanced" && isPlain(m) && isPlain(t))
        value = this.settings(unit, isPlain(b) ? b : {}, m, t, "advanced.");
      else value = this.conflict(unit, [above + key]) === "mine" ? m : t;
      if (value !== undefined) made[key] = value;
    }
    return made;
  }

  private links(kept: ReadonlySet<string>): Link[] {
    const [base, mine, theirs] = [this.base, this.mine, this.theirs].map(bySource) as [Links, Links, Links];
    const done = new Set<string>();
    const merged: Link[] = [];
    for (const { from } of [...this.theirs.links, ...this.mine.links]) {
      if (done.has(from)) continue;
      done.add(from);
      merged.push(...this.linksFrom(from, base.get(from) ?? [], mine.get(from) ?? [], theirs.get(from) ?? []));
    }
    const known = new Set([this.base, this.mine, this.theirs].flatMap((it) => it.boxes.map((box) => box.id)));
    const gone = (id: string): boolean => known.has(id) && !kept.has(id);
    return merged.filter((it) => !gone(it.from) && !gone(it.to));
  }

  private linksFrom(from: string, base: Link[], mine: Link[], theirs: Link[]): Link[] {
    if (same(mine, base)) return theirs;
    if (same(theirs, base) || same(mine, theirs)) return mine;
    const unit: Unit = `box:${from}`;
    // The question whether the box is there at all is the greater one.
    if (this.conflicts.get(unit)?.removedBy) return this.side(unit) === "mine" ? mine : theirs;
    return this.conflict(unit, ["links"]) === "mine" ? mine : theirs;
  }

  private list<T>(kind: "note" | "field", of: (it: BotDocument) => T[], key: (it: T) => string): T[] {
    const [base, mine, theirs] = [this.base, this.mine, this.theirs].map((it) => byKey(of(it), key)) as [
      Map<string, T>,
      Map<string, T>,
      Map<string, T>,
    ];
    return order(of(this.theirs), of(this.mine), key).flatMap((id) => {
      const [b, m, t] = [base.get(id), mine.get(id), theirs.get(id)];
      if (same(m, b)) return t ? [t] : [];
      if (same(t, b) || same(m, t)) return m ? [m] : [];
      const removedBy: Side | undefined = m ? (t ? undefined : "theirs") : "mine";
      const won = this.conflict(`${kind}:${id}`, [], removedBy) === "mine" ? m : t;
      return won ? [won] : [];
    });
  }

  private layout(kept: ReadonlySet<string>): Record<string, Point> {
    const [base, mine, theirs] = [this.base, this.mine, this.theirs].map((it) => it.layout ?? {}) as [Layout, Layout, Layout];
    const made: Record<string, Point> = {};
    for (const id of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
      // Where both moved a box, mine lies where I see it.
      const place = same(mine[id], base[id]) ? theirs[id] : mine[id];
      if (place && kept.has(id)) made[id] = place;
    }
    return made;
  }

  private bot(): BotDocument {
    const parts = new Set(["boxes", "links", "fields", "notes", "layout"]);
    const made: Record<string, unknown> = {};
    const [base, mine, theirs] = [this.base, this.mine, this.theirs].map((it) => it as unknown as Record<string, unknown>) as [
      Keys,
      Keys,
      Keys,
    ];
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
      if (parts.has(key)) continue;
      const [b, m, t] = [base[key], mine[key], theirs[key]];
      let value = m;
      if (same(m, b)) value = t;
      else if (!same(t, b) && !same(m, t) && this.conflict(`bot:${key}`, []) === "theirs") value = t;
      if (value !== undefined) made[key] = value;
    }
    return made as unknown as BotDocument;
  }
}

type Boxes = Map<string, Box>;
type Links = Map<string, Link[]>;
type Layout = Record<string, Point>;
type Keys = Record<string, unknown>;

export function byKey<T>(list: readonly T[], key: (it: T) => string): Map<string, T> {
  return new Map(list.map((it) => [key(it), it]));
}

function bySource(document: BotDocument): Links {
  const made: Links = new Map();
  for (const link of document.links) made.set(link.from, [...(made.get(link.from) ?? []), link]);
  return made;
}

function linksFrom(document: BotDocument, id: string): Link[] {
  return document.links.filter((it) => it.from === id);
}

/** Their order, with mine after the one that it follows on my side. */
export function order<T>(theirs: readonly T[], mine: readonly T[], key: (it: T) => string): string[] {
  const made = theirs.map(key);
  const known = new Set(made);
  mine.forEach((it, place) => {
    const id = key(it);
    if (known.has(id)) return;
    const before = mine[place - 1];
    made.splice(before ? made.indexOf(key(before)) + 1 : 0, 0, id);
    known.add(id);
  });
  return made;
}

function differing(a: Record<string, unknown>, b: Record<string, unknown>): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((it) => !same(a[it], b[it]));
}

/** New ids for what both sides added under one id, such as the tenth box of two people who work at the same time. */
export function clashes(base: BotDocument, mine: BotDocument, theirs: BotDocument): Renamed {
  const boxes = clashing(base.boxes, mine.boxes, theirs.boxes);
  const notes = clashing(base.notes ?? [], mine.notes ?? [], theirs.notes ?? []);
  const both = { ...theirs, boxes: [...theirs.boxes, ...mine.boxes], notes: [...(theirs.notes ?? []), ...(mine.notes ?? [])] };
  const taken = new Set<string>();
  const fresh = (make: (taken: ReadonlySet<string>) => string): string => {
    const id = make(taken);
    taken.add(id);
    return id;
  };
  return {
    boxes: new Map(boxes.map((it) => [it.id, fresh((used) => newBoxId(both, it.type, used))])),
    notes: new Map(notes.map((it) => [it.id, fresh((used) => newNoteId(both, used))])),
  };
}

export interface Renamed {
  boxes: Map<string, string>;
  notes: Map<string, string>;
}

function clashing<T extends { id: string }>(base: readonly T[], mine: readonly T[], theirs: readonly T[]): T[] {
  const old = new Set(base.map((it) => it.id));
  const others = byKey(theirs, (it) => it.id);
  return mine.filter((it) => !old.has(it.id) && others.has(it.id) && !same(it, others.get(it.id)));
}

/** The document with boxes and notes under other ids, and all that refers to them. */
export function withIds(document: BotDocument, { boxes, notes }: Renamed, catalogue: Catalogue): BotDocument {
  if (!boxes.size && !notes.size) return document;
  const id = (it: string): string => boxes.get(it) ?? it;
  const made: BotDocument = {
    ...document,
    start: id(document.start),
    boxes: document.boxes.map((it) => ({ ...renameInBox(it, { boxes }, catalogue), id: id(it.id) })),
    links: document.links.map((it) => ({ ...it, from: id(it.from), to: id(it.to) })),
  };
  if (document.layout) made.layout = Object.fromEntries(Object.entries(document.layout).map(([it, place]) => [id(it), place]));
  if (document.notes) made.notes = document.notes.map((it) => ({ ...it, id: notes.get(it.id) ?? it.id }));
  return made;
}
