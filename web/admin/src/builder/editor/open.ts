/** Opens a bot for work: its draft, what the last page left behind, an editor over it and a saver. */
import { beforeLeave } from "../../session/leaving.ts";
import type { BotDraft } from "../api.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { BotDocument } from "../model/document.ts";
import { readDocument, type SetAside } from "../model/read.ts";
import { same } from "../model/text.ts";
import { Editor } from "./editor.ts";
import type { History } from "./history.ts";
import { type Entry, hold, type Journal } from "./journal.ts";
import { Saver, type Server } from "./saver.ts";

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

/** Bots whose last work is not saved yet live on after their screen is gone, so that coming back finds it. */
const open = new Map<string, OpenBot>();

// Whoever signs out leaves nothing here for the next person: what can be saved is saved, the rest is not kept.
beforeLeave(async (why) => {
  await Promise.all(
    [...open.values()].map(async ({ saver }) => {
      if (why === "asked" || why === "idle") await saver.flush();
      if (why === "asked" || why === "elsewhere") saver.forget();
    }),
  );
});

export async function openBot(options: OpenOptions): Promise<OpenBot> {
  const { draft, catalogue, owner, readOnly, journal, server } = options;
  const functionId = draft.bot.function_id;
  const known = open.get(functionId);
  if (known && !known.saver.isSaved() && !readOnly) return known;
  const { document, setAside } = readDocument(draft.document);
  const blocked = readOnly || setAside.length > 0;
  const left = blocked || !journal ? [] : await journal.left(owner, functionId).catch(() => []);
  const base = { document, revision: draft.revision };
  const resumed = resume(base, left);
  const editor = new Editor({
    functionId,
    catalogue,
    document: resumed.document,
    findings: draft.findings,
    readOnly: blocked,
    history: resumed.history,
  });
  const entryId = crypto.randomUUID();
  const release = hold(entryId);
  const saver = new Saver({
    editor,
    base: resumed.base,
    bot: draft.bot,
    owner,
    entryId,
    journal: blocked ? null : journal,
    ...(server ? { server } : {}),
  });
  for (const it of left) void journal?.remove(it.id).catch(() => {});
  const made: OpenBot = { editor, saver, setAside };
  if (!blocked) open.set(functionId, made);
  releases.set(made, release);
  return made;
}

const releases = new WeakMap<OpenBot, () => void>();

/** Leaves a bot: what is not saved is saved now, in whichever bot it was made, or else stays in the journal. */
export async function leaveBot(it: OpenBot): Promise<void> {
  await it.saver.flush();
  await it.saver.stop();
  releases.get(it)?.();
  if (open.get(it.editor.functionId) === it) open.delete(it.editor.functionId);
}

interface Resumed {
  base: { document: BotDocument; revision: number };
  document: BotDocument;
  history: History | undefined;
}

/**
 * The work of pages that were closed before it was saved. It goes on from the revision that it began with: if that is no
 * longer the newest one, saving finds out and brings both together, as it does with everybody else's changes.
 */
function resume(base: { document: BotDocument; revision: number }, left: Entry[]): Resumed {
  // The page may have been closed after a save went through and before it could note that.
  const saved = left.findLast((it) => same(it.document, base.document));
  const last = left.findLast((it) => !same(it.document, it.base.document) && !same(it.document, base.document));
  if (last) return { base: last.base, document: last.document, history: last.history };
  return { base, document: base.document, history: saved?.history };
}
