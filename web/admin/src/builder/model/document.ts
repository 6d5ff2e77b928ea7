/** A bot's document as the Bot Builder holds it. It is what the server keeps as the draft, what export and import carry. */

/** A place on the canvas. */
export interface Point {
  x: number;
  y: number;
}

/** A box. Everything beyond these keys are settings of its type, which only the served schema knows. */
export interface Box {
  id: string;
  type: string;
  title?: string | null;
  [setting: string]: unknown;
}

/** When a link is followed: one comparison, or a group of conditions in `of`. */
export interface Condition {
  op: string;
  field?: string;
  value?: unknown;
  values?: unknown[];
  threshold?: number;
  of?: Condition | Condition[];
}

export interface Link {
  from: string;
  to: string;
  when?: Condition;
}

/** A sticky note on the canvas. The engine never reads it. */
export interface Note {
  id: string;
  text: string;
  x: number;
  y: number;
  width?: number;
  height?: number;
  color?: string;
}

export interface FieldDefinition {
  name: string;
  kind: "profile" | "variable";
  type: string;
  sensitive?: boolean;
}

/** The FAQ bot that answers where no link fits; the flow goes on from the same box. */
export interface CatchAll {
  function_id: string;
  threshold?: number;
}

export interface BotDocument {
  format: string;
  function_id: string;
  name: string;
  type: string;
  language: string;
  languages?: string[];
  description?: string;
  /** Who types one of them with a `#` starts this bot. */
  hashtags?: string[];
  catch_all?: CatchAll;
  fields?: FieldDefinition[];
  start: string;
  boxes: Box[];
  links: Link[];
  layout?: Record<string, Point>;
  notes?: Note[];
}

/** A link with its place in the document's list, by which the server speaks of it. */
export interface PlacedLink {
  link: Link;
  index: number;
}

export function findBox(document: BotDocument, id: string): Box | undefined {
  return index(document).boxes.get(id);
}

/** The links of a box in the order in which they are tried: the one without a condition last, wherever it stands. */
export function linksOf(document: BotDocument, id: string): PlacedLink[] {
  return index(document).from.get(id) ?? [];
}

/** The links that lead to a box. */
export function linksTo(document: BotDocument, id: string): PlacedLink[] {
  return index(document).to.get(id) ?? [];
}

export function defaultLink(document: BotDocument, id: string): PlacedLink | undefined {
  return linksOf(document, id).find((it) => !it.link.when);
}

interface Index {
  boxes: Map<string, Box>;
  from: Map<string, PlacedLink[]>;
  to: Map<string, PlacedLink[]>;
}

/** Documents are never changed in place, so an index holds as long as its document lives. Drafts of commands must not come here. */
const indexes = new WeakMap<BotDocument, Index>();

function index(document: BotDocument): Index {
  const known = indexes.get(document);
  if (known) return known;
  const made: Index = { boxes: new Map(document.boxes.map((it) => [it.id, it])), from: new Map(), to: new Map() };
  document.links.forEach((link, place) => {
    push(made.from, link.from, { link, index: place });
    push(made.to, link.to, { link, index: place });
  });
  for (const links of made.from.values()) links.sort(defaultLast);
  indexes.set(document, made);
  return made;
}

function defaultLast(a: PlacedLink, b: PlacedLink): number {
  return Number(!a.link.when) - Number(!b.link.when) || a.index - b.index;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
