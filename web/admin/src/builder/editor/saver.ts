/**
 * Saves the draft by itself. A saver belongs to one editor and carries the bot's id and the revision that the work began
 * with; it never asks which page is shown, so what is typed can only go into the bot that it was typed in.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import { type Problem, problemIn } from "../../api/problem.ts";
import { type BotDraft, type BotSummary, type Finding, getDraft, type Saved, saveDraft } from "../api.ts";
import type { BotDocument } from "../model/document.ts";
import { readDocument } from "../model/read.ts";
import type { Choices, Conflict } from "../model/rebase.ts";
import { same } from "../model/text.ts";
import type { History } from "./history.ts";
import type { Journal } from "./journal.ts";

/** How long nothing must happen before it is saved. */
export const SAVE_AFTER_MS = 800;
const JOURNAL_AFTER_MS = 150;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 30_000];

/** Somebody's work on one document, as far as saving is concerned: the editor of a flow, or of questions and answers. */
export interface Work<D> {
  readonly functionId: string;
  readonly document: D;
  /** Told of each change. Returns how to stop. */
  onChange(listener: () => void): () => void;
  /** How many things were done. */
  steps(): number;
  /** What of it is kept over a reload, beside the document. */
  history(): History;
  setFindings(findings: Finding[], checked: D): void;
  /** Brings somebody else's changes in, but for what both touched and nobody has decided. */
  rebase(base: D, theirs: D, choices?: Choices): { conflicts: Conflict[] };
  replace(document: D, findings: Finding[]): void;
}

/** What both sides have when their changes do not fit together. */
export interface Clash<D = BotDocument> {
  base: D;
  theirs: D;
  revision: number;
  /** The agent who saved, by id. */
  by: string | null;
  conflicts: Conflict[];
}

export type SaveStatus<D = BotDocument> =
  | { kind: "saved"; at: number | null }
  | { kind: "waiting" }
  | { kind: "saving" }
  | { kind: "offline"; changes: number }
  | { kind: "conflict"; clash: Clash<D> }
  | { kind: "refused"; problem: Problem };

export interface SaverState<D = BotDocument> {
  status: SaveStatus<D>;
  revision: number;
  bot: BotSummary | null;
  /** Whether the changes of somebody else came in with the last save, and whose. */
  merged: { by: string | null; number: number } | null;
}

/** The server, or what stands for it in a test. */
export interface Server<D = BotDocument> {
  get(functionId: string): Promise<BotDraft>;
  save(functionId: string, revision: number, document: D): Promise<Saved>;
  /** The document of a draft, as editors have it. */
  read(document: unknown): D;
}

export const SERVER: Server = { get: getDraft, save: saveDraft, read: (it) => readDocument(it).document };

export interface SaverOptions<D> {
  editor: Work<D>;
  base: { document: D; revision: number };
  bot?: BotSummary | null;
  owner: string;
  entryId: string;
  journal: Journal<D> | null;
  server: Server<D>;
}

export class Saver<D = BotDocument> {
  readonly store: StoreApi<SaverState<D>>;
  private base: { document: D; revision: number };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private journalTimer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  private failures = 0;
  private forgotten = false;
  private readonly stopWatching: () => void;
  private readonly server: Server<D>;

  constructor(private readonly options: SaverOptions<D>) {
    this.base = options.base;
    this.server = options.server;
    this.store = createStore<SaverState<D>>(() => ({
      status: { kind: "saved", at: null },
      revision: options.base.revision,
      bot: options.bot ?? null,
      merged: null,
    }));
    let last = options.editor.document;
    this.stopWatching = options.editor.onChange(() => {
      const { document } = options.editor;
      if (document === last) return;
      last = document;
      this.changed();
    });
    if (!this.isSaved()) this.changed();
  }

  private get editor(): Work<D> {
    return this.options.editor;
  }

  private get status(): SaveStatus<D> {
    return this.store.getState().status;
  }

  /** Whether the server has everything. */
  isSaved(): boolean {
    return this.editor.document === this.base.document || same(this.editor.document, this.base.document);
  }

  private changed(): void {
    this.keepInJournal();
    if (this.status.kind === "conflict") return;
    if (this.status.kind === "offline") this.setStatus({ kind: "offline", changes: this.steps() });
    else if (this.status.kind !== "saving") this.setStatus({ kind: "waiting" });
    this.schedule(SAVE_AFTER_MS);
  }

  private schedule(after: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), after);
  }

  /** Saves now what is not saved yet. Done when it is saved, or cannot be. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (this.status.kind === "conflict") return;
    if (this.isSaved()) {
      if (this.status.kind === "waiting") this.setStatus({ kind: "saved", at: Date.now() });
      return;
    }
    this.running = this.save().finally(() => {
      this.running = null;
    });
    await this.running;
  }

  private async save(): Promise<void> {
    const document = this.editor.document;
    if (this.status.kind !== "offline") this.setStatus({ kind: "saving" });
    try {
      const saved = await this.server.save(this.editor.functionId, this.base.revision, document);
      this.took({ document, revision: saved.revision }, saved.bot);
      if (this.editor.document === document) this.editor.setFindings(saved.findings, document);
    } catch (error) {
      const problem = problemIn(error);
      if (!problem) throw error;
      await this.failed(problem);
    }
  }

  private took(base: { document: D; revision: number }, bot: BotSummary | null): void {
    this.failures = 0;
    this.base = base;
    this.store.setState((it) => ({ revision: base.revision, bot: bot ?? it.bot }));
    if (this.isSaved()) this.setStatus({ kind: "saved", at: Date.now() });
    else {
      this.setStatus({ kind: "waiting" });
      this.schedule(SAVE_AFTER_MS);
    }
    this.keepInJournal();
  }

  private async failed(problem: Problem): Promise<void> {
    if (problem.status === 412) return this.catchUp();
    if (problem.status === 0 || problem.status >= 500 || problem.status === 429) {
      const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] ?? 30_000;
      this.failures += 1;
      this.setStatus({ kind: "offline", changes: this.steps() });
      this.schedule(Math.max(wait, (problem.retry_after ?? 0) * 1_000));
      return;
    }
    this.setStatus({ kind: "refused", problem });
  }

  /** Somebody else saved meanwhile: brings both together, or asks. */
  private async catchUp(): Promise<void> {
    let draft: BotDraft;
    try {
      draft = await this.server.get(this.editor.functionId);
    } catch (error) {
      const problem = problemIn(error);
      if (!problem) throw error;
      return this.failed(problem);
    }
    const theirs = this.server.read(draft.document);
    const by = draft.bot.updated_by?.id ?? null;
    const base = this.base.document;
    const { conflicts } = this.editor.rebase(base, theirs);
    if (conflicts.length) {
      this.setStatus({ kind: "conflict", clash: { base, theirs, revision: draft.revision, by, conflicts } });
      return;
    }
    this.store.setState((it) => ({ merged: { by, number: (it.merged?.number ?? 0) + 1 } }));
    this.took({ document: theirs, revision: draft.revision }, draft.bot);
    this.schedule(0);
  }

  /** Looks at once whether somebody else saved. */
  async catchUpNow(): Promise<void> {
    while (this.running) await this.running;
    this.running = this.catchUp().finally(() => {
      this.running = null;
    });
    await this.running;
  }

  /** Ends a conflict as a person decided. */
  async resolve(choices: Choices): Promise<void> {
    if (this.status.kind !== "conflict") return;
    const { base, theirs, revision } = this.status.clash;
    const { conflicts } = this.editor.rebase(base, theirs, choices);
    if (conflicts.length) {
      // Work went on while the question stood, and met theirs in one more place.
      this.setStatus({ kind: "conflict", clash: { ...this.status.clash, conflicts } });
      return;
    }
    this.took({ document: theirs, revision }, null);
    await this.flush();
  }

  /** The draft became another one on the server, by something that this editor asked for. */
  replaced(document: D, draft: BotDraft): void {
    clearTimeout(this.timer);
    this.base = { document, revision: draft.revision };
    this.editor.replace(document, draft.findings);
    this.store.setState({ revision: draft.revision, bot: draft.bot });
    clearTimeout(this.timer);
    this.setStatus({ kind: "saved", at: Date.now() });
    this.keepInJournal();
  }

  /** What the server knows of the bot changed otherwise, as by publishing. */
  setBot(bot: BotSummary): void {
    this.store.setState({ bot });
  }

  private steps(): number {
    return Math.max(1, this.editor.steps());
  }

  private setStatus(status: SaveStatus<D>): void {
    this.store.setState({ status });
  }

  private keepInJournal(): void {
    if (!this.options.journal) return;
    clearTimeout(this.journalTimer);
    this.journalTimer = setTimeout(() => void this.writeJournal(), JOURNAL_AFTER_MS);
  }

  /** From now on nothing of it is kept in this browser. */
  forget(): void {
    this.forgotten = true;
  }

  private async writeJournal(): Promise<void> {
    if (this.forgotten) return;
    const { journal, entryId, owner } = this.options;
    const { functionId, document } = this.editor;
    const history = this.editor.history();
    try {
      await journal?.write({ id: entryId, owner, functionId, base: this.base, document, history, at: Date.now() });
    } catch {
      // A browser without storage still saves to the server.
    }
  }

  /** For leaving the page: keeps what is not saved in the journal, at once. */
  async stop(): Promise<void> {
    this.stopWatching();
    clearTimeout(this.timer);
    clearTimeout(this.journalTimer);
    if (this.isSaved()) await this.options.journal?.remove(this.options.entryId).catch(() => {});
    else await this.writeJournal();
  }
}
