/** One bot that is open in the Bot Builder: its document, its history, what is selected. Lives as long as its work is not saved. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Finding } from "../api.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Done, Label } from "../commands/command.ts";
import type { Act, ArgsOf, CommandName } from "../commands/index.ts";
import { type BotDocument, findBox } from "../model/document.ts";
import { type Choices, clashes, type Merged, merge, withIds } from "../model/rebase.ts";
import { same } from "../model/text.ts";
import { carried } from "../problems/findings.ts";
import { joinKey, type Ran, run, runAll } from "./dispatch.ts";
import { type History, mapHistory, NO_HISTORY, step, withStep } from "./history.ts";
import type { Work } from "./saver.ts";

export interface Selection {
  boxes: readonly string[];
  notes: readonly string[];
}

/** Something to be read out, as a result of what was done. */
export interface Announcement {
  /** Grows, so that the same text is read again. */
  number: number;
  label: Label;
  way: "done" | "undone" | "redone" | "told";
}

export interface EditorState {
  document: BotDocument;
  history: History;
  selection: Selection;
  /** The box that keys act on, and that the tab key comes to. */
  active: string | null;
  findings: Finding[];
  /** The document that the findings are about. */
  checked: BotDocument | null;
  announcement: Announcement | null;
}

export interface EditorOptions {
  functionId: string;
  catalogue: Catalogue;
  document: BotDocument;
  findings?: Finding[];
  readOnly?: boolean;
  history?: History;
}

const NOTHING: Selection = { boxes: [], notes: [] };

export class Editor implements Work<BotDocument> {
  readonly functionId: string;
  readonly catalogue: Catalogue;
  readonly readOnly: boolean;
  readonly store: StoreApi<EditorState>;
  private said = 0;

  constructor({ functionId, catalogue, document, findings = [], readOnly = false, history = NO_HISTORY }: EditorOptions) {
    this.functionId = functionId;
    this.catalogue = catalogue;
    this.readOnly = readOnly;
    this.store = createStore<EditorState>(() => ({
      document,
      history,
      selection: NOTHING,
      active: findBox(document, document.start)?.id ?? document.boxes[0]?.id ?? null,
      findings,
      checked: document,
      announcement: null,
    }));
  }

  get document(): BotDocument {
    return this.store.getState().document;
  }

  onChange(listener: () => void): () => void {
    return this.store.subscribe(listener);
  }

  history(): History {
    return this.store.getState().history;
  }

  steps(): number {
    return this.history().past.length;
  }

  /** Runs a command as one step of undo. False if there was nothing to do. */
  dispatch<N extends CommandName>(name: N, args: ArgsOf<N>): Done | null {
    return this.take(this.readOnly ? null : run(this.document, this.catalogue, name, args), joinKey(name, args));
  }

  /** Runs several commands as one step. */
  dispatchAll(acts: readonly Act[], label?: Label): Done | null {
    const ran = this.readOnly ? null : runAll(this.document, this.catalogue, acts);
    return this.take(ran && label ? { ...ran, done: { ...ran.done, label } } : ran, undefined);
  }

  private take(ran: Ran | null, joins: string | undefined): Done | null {
    if (!ran) return null;
    const { document, history, selection, active, findings } = this.store.getState();
    const { label, box, select } = ran.done;
    this.store.setState({
      document: ran.document,
      findings: carried(findings, document, ran.document),
      history: withStep(history, document, label, Date.now(), joins),
      selection: select ?? selection,
      active: box ?? stillThere(ran.document, active),
      // What is typed is heard already.
      ...(joins === undefined ? { announcement: this.announcement(label, "done") } : {}),
    });
    return ran.done;
  }

  undo(): boolean {
    return this.turn("undo");
  }

  redo(): boolean {
    return this.turn("redo");
  }

  private turn(way: "undo" | "redo"): boolean {
    const state = this.store.getState();
    const turned = this.readOnly ? null : step(state.history, state.document, way);
    if (!turned) return false;
    this.store.setState({
      document: turned.document,
      findings: carried(state.findings, state.document, turned.document),
      history: turned.history,
      selection: keptSelection(turned.document, state.selection),
      active: stillThere(turned.document, state.active),
      announcement: this.announcement(turned.label, way === "undo" ? "undone" : "redone"),
    });
    return true;
  }

  /** Reads a text out. */
  tell(label: Label): void {
    this.store.setState({ announcement: this.announcement(label, "told") });
  }

  select(boxes: readonly string[], notes: readonly string[] = []): void {
    const { selection, active } = this.store.getState();
    if (sameList(boxes, selection.boxes) && sameList(notes, selection.notes)) return;
    const last = boxes.at(-1);
    this.store.setState({ selection: { boxes, notes }, active: boxes.includes(active ?? "") ? active : (last ?? active) });
  }

  /** Makes a box the one that keys act on, and the only one that is selected. */
  activate(id: string): void {
    const { active, selection } = this.store.getState();
    if (!findBox(this.document, id)) return;
    const alone = sameList(selection.boxes, [id]) && !selection.notes.length;
    if (active === id && alone) return;
    this.store.setState({ active: id, ...(alone ? {} : { selection: { boxes: [id], notes: [] } }) });
  }

  setFindings(findings: Finding[], checked: BotDocument): void {
    this.store.setState({ findings, checked });
  }

  /** Brings somebody else's changes in. `base` is what both began with. The steps of undo go on to work. */
  rebase(base: BotDocument, theirs: BotDocument, choices: Choices = {}): Merged {
    const state = this.store.getState();
    // A save of mine may have gone through without its answer coming back: then there is nobody else's change to bring in.
    if (isOwnWork(state, base, theirs)) return { document: state.document, conflicts: [] };
    const renamed = clashes(base, state.document, theirs);
    const change = (document: BotDocument): Merged => merge(base, withIds(document, renamed, this.catalogue), theirs, choices);
    const merged = change(state.document);
    const undecided = merged.conflicts.filter((it) => !choices[it.unit]);
    if (undecided.length) return { document: merged.document, conflicts: undecided };
    const active = state.active === null ? null : (renamed.boxes.get(state.active) ?? state.active);
    const boxes = state.selection.boxes.map((it) => renamed.boxes.get(it) ?? it);
    this.store.setState({
      document: merged.document,
      findings: carried(state.findings, state.document, merged.document),
      history: mapHistory(state.history, (it) => change(it).document),
      selection: keptSelection(merged.document, { ...state.selection, boxes }),
      active: stillThere(merged.document, active),
    });
    return { document: merged.document, conflicts: [] };
  }

  /** Another document altogether, such as an old version as the new draft. What was done before cannot be undone from there. */
  replace(document: BotDocument, findings: Finding[]): void {
    const { selection, active } = this.store.getState();
    this.store.setState({
      document,
      history: NO_HISTORY,
      selection: keptSelection(document, selection),
      active: stillThere(document, active),
      findings,
      checked: document,
    });
  }

  private announcement(label: Label, way: Announcement["way"]): Announcement {
    this.said += 1;
    return { number: this.said, label, way };
  }
}

/** Whether this document is one that my own steps came by since `base`. */
function isOwnWork({ document, history }: EditorState, base: BotDocument, theirs: BotDocument): boolean {
  const states = [...history.past.map((it) => it.document), document];
  return states.slice(states.findLastIndex((it) => same(it, base)) + 1).some((it) => same(it, theirs));
}

function stillThere(document: BotDocument, id: string | null): string | null {
  if (id !== null && findBox(document, id)) return id;
  return findBox(document, document.start)?.id ?? document.boxes[0]?.id ?? null;
}

function keptSelection(document: BotDocument, { boxes, notes }: Selection): Selection {
  const noteIds = new Set(document.notes?.map((it) => it.id));
  return { boxes: boxes.filter((it) => findBox(document, it)), notes: notes.filter((it) => noteIds.has(it)) };
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((it, place) => it === b[place]);
}
