/** The steps that can be undone and done again. States share all that did not change, so keeping them costs little. */
import type { Label } from "../commands/command.ts";
import type { BotDocument } from "../model/document.ts";

/** How many steps are kept. */
export const MOST_STEPS = 200;
/** Typing in one place within this time is one step. */
const JOINED_MS = 1_000;

export interface Step {
  label: Label;
  /** The document on the other side of the step. */
  document: BotDocument;
  at: number;
  /** Steps of the same key that follow each other quickly are one. */
  joins?: string;
}

export interface History {
  past: Step[];
  future: Step[];
}

export const NO_HISTORY: History = { past: [], future: [] };

/** After a command that led away from `before`. */
export function withStep(history: History, before: BotDocument, label: Label, at: number, joins?: string): History {
  const last = history.past.at(-1);
  if (last && joins !== undefined && last.joins === joins && at - last.at < JOINED_MS) {
    return { past: [...history.past.slice(0, -1), { ...last, label, at }], future: [] };
  }
  return { past: [...history.past, { label, document: before, at, joins }].slice(-MOST_STEPS), future: [] };
}

/** One step back, or forth. Null when there is none. */
export function step(
  history: History,
  now: BotDocument,
  way: "undo" | "redo",
): { history: History; document: BotDocument; label: Label } | null {
  const [from, to] = way === "undo" ? [history.past, history.future] : [history.future, history.past];
  const last = from.at(-1);
  if (!last) return null;
  // A step that was undone is not joined with what is typed next.
  const turned: Step = { label: last.label, document: now, at: 0 };
  const [less, more] = [from.slice(0, -1), [...to, turned]];
  return {
    history: way === "undo" ? { past: less, future: more } : { past: more, future: less },
    document: last.document,
    label: last.label,
  };
}

/** The same steps over other documents, such as those that somebody else's changes were brought into. */
export function mapHistory(history: History, change: (document: BotDocument) => BotDocument): History {
  const all = (steps: Step[]): Step[] => steps.map((it) => ({ ...it, document: change(it.document) }));
  return { past: all(history.past), future: all(history.future) };
}
