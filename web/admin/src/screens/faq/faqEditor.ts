/** The questions and answers that somebody works on. Lives as long as the work is not saved. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Finding } from "../../api/bots.ts";
import type { FaqDocument } from "../../api/faq.ts";
import { type History, NO_HISTORY } from "../../builder/editor/history.ts";
import type { Work } from "../../builder/editor/saver.ts";
import type { Choices, Conflict } from "../../builder/model/rebase.ts";
import { same } from "../../builder/model/text.ts";
import { cleaned } from "./faqDocument.ts";
import { mergeFaq } from "./mergeFaq.ts";

export interface FaqState {
  document: FaqDocument;
  findings: readonly Finding[];
}

/** Changes within this time are one, as typing is. */
const JOINED_MS = 1_000;
/** How many of the documents that were sent are remembered. */
const SENT = 5;

export class FaqEditor implements Work<FaqDocument> {
  readonly store: StoreApi<FaqState>;
  private done = 0;
  private changedAt = 0;
  private sent: FaqDocument[] = [];

  constructor(
    readonly functionId: string,
    document: FaqDocument,
    findings: readonly Finding[] = [],
  ) {
    this.store = createStore<FaqState>(() => ({ document, findings }));
  }

  get document(): FaqDocument {
    return this.store.getState().document;
  }

  change(changes: Partial<FaqDocument>): void {
    const now = Date.now();
    if (now - this.changedAt > JOINED_MS) this.done += 1;
    this.changedAt = now;
    this.store.setState(({ document }) => ({ document: { ...document, ...changes } }));
  }

  onChange(listener: () => void): () => void {
    return this.store.subscribe(listener);
  }

  steps(): number {
    return this.done;
  }

  history(): History {
    return NO_HISTORY;
  }

  /** What goes to the server for a document. Remembered, to know it again if the answer is lost. */
  outgoing(document: FaqDocument): FaqDocument {
    const clean = cleaned(document);
    this.sent = [...this.sent, clean].slice(-SENT);
    return clean;
  }

  setFindings(findings: Finding[]): void {
    this.store.setState({ findings });
  }

  rebase(base: FaqDocument, theirs: FaqDocument, choices: Choices = {}): { conflicts: Conflict[] } {
    // A save of mine may have gone through without its answer coming back: then there is nobody else's change to bring in.
    if (this.sent.some((it) => same(it, theirs))) return { conflicts: [] };
    const { document, conflicts } = mergeFaq(base, this.document, theirs, choices);
    const undecided = conflicts.filter((it) => !choices[it.unit]);
    if (undecided.length === 0) this.store.setState({ document });
    return { conflicts: undecided };
  }

  replace(document: FaqDocument, findings: Finding[]): void {
    this.store.setState({ document, findings });
  }
}
