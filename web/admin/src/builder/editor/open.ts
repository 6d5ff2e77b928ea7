/** Opens a bot for work: its draft, what the last page left behind, an editor over it and a saver. */
import { beforeLeave } from "../../session/leaving.ts";
import type { BotDraft } from "../api.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { readDocument, type SetAside } from "../model/read.ts";
import { same } from "../model/text.ts";
import { Editor } from "./editor.ts";
import type { History } from "./history.ts";
import { type Entry, hold, type Journal } from "./journal.ts";
import { Saver, SERVER, type Server } from "./saver.ts";

/** An open bot. */
export interface OpenBot {
  editor: Editor;
  saver: Saver;
  /** Parts of the document that could not be shown. */
  setAside: SetAside[];
}

export interface OpenOptions {
  draft: BotDraft;
  catalogue: Catalogue;
  /** Whose work it is: the id of the agent. */
  owner: string;
  readOnly: boolean;
  journal: Journal | null;
  server?: Server;
}

/** As much of an open bot as leaving it takes. */
export interface OpenWork {
  editor: { readonly functionId: string };
  saver: Pick<Saver, "flush" | "forget" | "isSaved" | "stop">;
}

/** Bots whose last work is not saved yet live on after their screen is gone, so that coming back finds it. */
const open = new Map<string, OpenWork>();

/** The last time that each was left. Who comes back while it is still being saved takes that away. */
const leavings = new WeakMap<OpenWork, symbol>();
/** Bots that are just being put away: who opens one of them again waits for that. */
const closing = new Map<string, Promise<void>>();

/** A bot that is open still, with work that is not saved: it goes on. */
export function unsaved(functionId: string): OpenWork | undefined {
  const known = open.get(functionId);
  if (!known || closing.has(functionId) || known.saver.isSaved()) return undefined;
  leavings.delete(known);
  return known;
}

// Whoever signs out leaves nothing here for the next person: what can be saved is saved, the rest is not kept.
beforeLeave(async (why) => {
  await Promise.all(
    [...open.values()].map(async ({ saver }) => {
      if (why === "asked" || why === "idle") await saver.flush();
      if (why === "asked" || why === "elsewhere") saver.forget();
    }),
  );
});

export async function openBot({ draft, catalogue, owner, readOnly, journal, server = SERVER }: OpenOptions): Promise<OpenBot> {
  const functionId = draft.bot.function_id;
  const known = readOnly ? undefined : unsaved(functionId);
  // Under the id of a flow bot there is never another editor.
  if (known?.editor instanceof Editor) return known as OpenBot;
  const { document, setAside } = readDocument(draft.document);
  const isBlocked = readOnly || setAside.length > 0;
  const base = { document, revision: draft.revision };
  return openWork({ functionId, owner, base, isBlocked, journal }, (from, entryId) => {
    const { findings } = draft;
    const editor = new Editor({
      functionId,
      catalogue,
      document: from.document,
      findings,
      readOnly: isBlocked,
      history: from.history,
    });
    const saver = new Saver({ editor, base: from.base, bot: draft.bot, owner, entryId, journal: isBlocked ? null : journal, server });
    return { editor, saver, setAside };
  });
}

interface WorkOptions<D> {
  functionId: string;
  owner: string;
  base: { document: D; revision: number };
  /** Whether nothing can be changed. */
  isBlocked: boolean;
  journal: Journal<D> | null;
}

/** Opens a bot of either kind, with what pages that are closed have left of it. */
export async function openWork<D, O extends OpenWork>(options: WorkOptions<D>, make: (from: Resumed<D>, entryId: string) => O): Promise<O> {
  const { functionId, owner, base, isBlocked, journal } = options;
  await closing.get(functionId);
  const left = journal && !isBlocked ? await journal.left(owner, functionId).catch(() => []) : [];
  const entryId = crypto.randomUUID();
  const release = hold(entryId);
  const made = make(resume(base, left), entryId);
  for (const it of left) void journal?.remove(it.id).catch(() => {});
  if (!isBlocked) open.set(functionId, made);
  releases.set(made, release);
  return made;
}

const releases = new WeakMap<OpenWork, () => void>();

/** Leaves a bot: what is not saved is saved now, in whichever bot it was made, or else stays in the journal. */
export async function leaveBot(it: OpenWork): Promise<void> {
  const { functionId } = it.editor;
  const leaving = Symbol();
  leavings.set(it, leaving);
  await it.saver.flush();
  if (leavings.get(it) !== leaving) return;
  const closed = it.saver.stop().finally(() => {
    releases.get(it)?.();
    if (open.get(functionId) === it) open.delete(functionId);
    if (closing.get(functionId) === closed) closing.delete(functionId);
  });
  closing.set(functionId, closed);
  await closed;
}

interface Resumed<D> {
  base: { document: D; revision: number };
  document: D;
  history: History | undefined;
}

/**
 * The work of pages that were closed before it was saved. It goes on from the revision that it began with: if that is no
 * longer the newest one, saving finds out and brings both together, as it does with everybody else's changes.
 */
function resume<D>(base: { document: D; revision: number }, left: Entry<D>[]): Resumed<D> {
  // The page may have been closed after a save went through and before it could note that.
  const saved = left.findLast((it) => same(it.document, base.document));
  const last = left.findLast((it) => !same(it.document, it.base.document) && !same(it.document, base.document));
  if (last) return { base: last.base, document: last.document, history: last.history };
  return { base, document: base.document, history: saved?.history };
}
