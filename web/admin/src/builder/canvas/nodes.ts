/** Boxes, notes and links as the canvas library takes them. What did not change stays the same object, so that it is not drawn again. */
import { type Edge, MarkerType, type Node, type NodeHandle, Position } from "@xyflow/react";
import { type BoxBadge, badgesOf, type Catalogue } from "../catalogue/catalogue.ts";
import type { Change } from "../model/compare.ts";
import { type BotDocument, type Box, type Condition, linksOf, type Note, type PlacedLink, type Point } from "../model/document.ts";
import { ARRIVAL, MAX_ROWS, noteSize, placeOf, rowMiddle, sizeOf } from "../model/geometry.ts";

/** A row of a box: a link, or the open end where the default is missing. */
export interface Row {
  text: string;
  /** The link's place in the document; null for the open end. */
  link: number | null;
  isDefault: boolean;
}

export interface BoxData extends Record<string, unknown> {
  box: Box;
  type: string;
  group: string;
  icon: string | undefined;
  summary: string;
  badges: BoxBadge[];
  rows: Row[];
  errors: number;
  warnings: number;
  start: boolean;
  active: boolean;
  /** The row that keys act on; only of the active box. */
  row: number;
  /** Its number on the way of the test chat. */
  step: number | null;
  marked: boolean;
  change: Change | null;
  readOnly: boolean;
}

export interface NoteData extends Record<string, unknown> {
  note: Note;
  readOnly: boolean;
}

export interface LinkData extends Record<string, unknown> {
  index: number;
  isDefault: boolean;
  /** Whether the test chat went along it. */
  walked: boolean;
  /** Whether it is of the box that is worked on. */
  near: boolean;
}

export type BoxNode = Node<BoxData, "box">;
export type NoteNode = Node<NoteData, "note">;
export type LinkEdge = Edge<LinkData, "link">;
export type CanvasNode = BoxNode | NoteNode;

export const boxNodeId = (id: string): string => `b:${id}`;
export const noteNodeId = (id: string): string => `n:${id}`;
export const rowHandle = (row: number): string => `r${row}`;
export const ARRIVAL_HANDLE = "in";

/** The box or note of a node. */
export function partOf(nodeId: string): { kind: "box" | "note"; id: string } {
  return { kind: nodeId.startsWith("n:") ? "note" : "box", id: nodeId.slice(2) };
}

export interface Scene {
  document: BotDocument;
  catalogue: Catalogue;
  sentence: (when: Condition | undefined, box: Box) => string;
  /** Changes with the language. */
  words: unknown;
  counts: ReadonlyMap<string, { errors: number; warnings: number }>;
  active: string | null;
  row: number;
  selectedBoxes: ReadonlySet<string>;
  selectedNotes: ReadonlySet<string>;
  /** Places while something is moved, before it is put down. */
  moving: ReadonlyMap<string, Point>;
  steps: ReadonlyMap<string, number>;
  walked: ReadonlySet<number>;
  marked: string | null;
  changes: ReadonlyMap<string, Change> | null;
  readOnly: boolean;
  openEnd: string;
  /** What the only link of a box says when it has no condition. */
  onlyLink: string;
}

interface Known<T> {
  parts: unknown[];
  made: T;
}

/** Makes nodes and edges, and remembers them. */
export class Drawing {
  private boxes = new Map<string, Known<BoxNode>>();
  private rows = new Map<string, Known<Row[]>>();
  private notes = new Map<string, Known<NoteNode>>();
  private edges = new Map<string, Known<LinkEdge>>();

  nodes(scene: Scene): CanvasNode[] {
    const { document } = scene;
    const boxes = document.boxes.map((it) => this.box(it, scene));
    const notes = (document.notes ?? []).map((it) => this.note(it, scene));
    return [...notes, ...boxes];
  }

  private box(box: Box, scene: Scene): BoxNode {
    const { document, catalogue } = scene;
    const links = linksOf(document, box.id);
    const rows = this.rowsOf(box, links, scene);
    const position = scene.moving.get(boxNodeId(box.id)) ?? placeOf(document, box.id);
    const count = scene.counts.get(box.id);
    const active = scene.active === box.id;
    const parts = [
      box,
      rows,
      position.x,
      position.y,
      count?.errors ?? 0,
      count?.warnings ?? 0,
      document.start === box.id,
      active,
      active ? scene.row : 0,
      scene.selectedBoxes.has(box.id),
      scene.steps.get(box.id) ?? null,
      scene.marked === box.id,
      scene.changes?.get(box.id) ?? null,
      scene.readOnly,
    ] as const;
    return remembered(this.boxes, box.id, parts, () => {
      const type = catalogue.find(box.type);
      const look = catalogue.look(box, links);
      const size = sizeOf(look);
      return {
        id: boxNodeId(box.id),
        type: "box",
        position,
        ...size,
        handles: handlesOf(rows, size.width, (row) => rowMiddle(look, row)),
        selected: parts[9],
        data: {
          box,
          type: type?.title ?? box.type,
          group: type?.group ?? "",
          icon: type?.icon,
          summary: catalogue.summary(box),
          badges: badgesOf(box),
          rows,
          errors: parts[4],
          warnings: parts[5],
          start: parts[6],
          active,
          row: parts[8],
          step: parts[10],
          marked: parts[11],
          change: parts[12],
          readOnly: scene.readOnly,
        },
      };
    });
  }

  private rowsOf(box: Box, links: PlacedLink[], { catalogue, sentence, words, openEnd, onlyLink }: Scene): Row[] {
    const parts = [box, words, ...links.flatMap((it) => [it.link, it.index])];
    return remembered(this.rows, box.id, parts, () => {
      const only = links.length === 1;
      const rows: Row[] = links.map(({ link, index }) => ({
        text: link.when || !only ? sentence(link.when, box) : onlyLink,
        link: index,
        isDefault: !link.when,
      }));
      if (catalogue.hasOpenEnd(box, links)) rows.push({ text: openEnd, link: null, isDefault: true });
      return rows;
    });
  }

  private note(note: Note, scene: Scene): NoteNode {
    const position = scene.moving.get(noteNodeId(note.id)) ?? { x: note.x, y: note.y };
    const selected = scene.selectedNotes.has(note.id);
    return remembered(this.notes, note.id, [note, position.x, position.y, selected, scene.readOnly], () => ({
      id: noteNodeId(note.id),
      type: "note",
      position,
      ...noteSize(note),
      selected,
      zIndex: -1,
      data: { note, readOnly: scene.readOnly },
    }));
  }

  links(scene: Scene, selected: number | null): LinkEdge[] {
    const { document } = scene;
    const there = new Set(document.boxes.map((it) => it.id));
    return document.boxes.flatMap((box) =>
      linksOf(document, box.id).flatMap(({ link, index }, row) => {
        if (!there.has(link.to)) return [];
        const id = `${box.id}:${row}`;
        const near = scene.active === box.id;
        const walked = scene.walked.has(index);
        const chosen = selected === index;
        return [
          remembered(this.edges, id, [link.to, index, !link.when, near, walked, chosen], () => ({
            id,
            type: "link" as const,
            source: boxNodeId(box.id),
            sourceHandle: rowHandle(Math.min(row, MAX_ROWS - 1)),
            target: boxNodeId(link.to),
            targetHandle: ARRIVAL_HANDLE,
            selected: chosen,
            zIndex: chosen || walked ? 2 : near ? 1 : 0,
            markerEnd: {
              type: MarkerType.ArrowClosed,
              width: 16,
              height: 16,
              color: `var(--link-${walked ? "walked" : chosen || near ? "near" : "plain"})`,
            },
            data: { index, isDefault: !link.when, walked, near },
          })),
        ];
      }),
    );
  }
}

/** What was made last for this key, if it was made of the same parts. */
function remembered<T>(known: Map<string, Known<T>>, key: string, parts: readonly unknown[], make: () => T): T {
  const last = known.get(key);
  if (last && last.parts.length === parts.length && last.parts.every((it, place) => Object.is(it, parts[place]))) return last.made;
  const made = make();
  known.set(key, { parts: [...parts], made });
  return made;
}

const HANDLE = 24;

/** Where links leave and arrive, told beforehand: boxes that are out of sight are not in the page and cannot be measured. */
function handlesOf(rows: Row[], width: number, middle: (row: number) => number): NodeHandle[] {
  const arrival: NodeHandle = {
    id: ARRIVAL_HANDLE,
    type: "target",
    position: Position.Left,
    x: 0,
    y: ARRIVAL - HANDLE / 2,
    width: HANDLE,
    height: HANDLE,
  };
  const departures = rows.slice(0, MAX_ROWS).map(
    (_, row): NodeHandle => ({
      id: rowHandle(row),
      type: "source",
      position: Position.Right,
      x: width - HANDLE,
      y: middle(row) - HANDLE / 2,
      width: HANDLE,
      height: HANDLE,
    }),
  );
  return [arrival, ...departures];
}
