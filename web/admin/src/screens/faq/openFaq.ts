/** Opens a FAQ bot for work: its draft, what the last page left behind, an editor and a saver. */
import type { FaqDocument } from "../../api/faq.ts";
import { type BotDraft, getDraft, saveDraft } from "../../builder/api.ts";
import { journalOf } from "../../builder/editor/journal.ts";
import { openWork, unsaved } from "../../builder/editor/open.ts";
import { Saver, type Server } from "../../builder/editor/saver.ts";
import { FaqEditor } from "./faqEditor.ts";

export interface OpenFaq {
  editor: FaqEditor;
  saver: Saver<FaqDocument>;
}

interface Options {
  draft: BotDraft;
  first: FaqDocument;
  /** Whose work it is: the id of the agent. */
  owner: string;
  readOnly: boolean;
}

export async function openFaq({ draft, first, owner, readOnly }: Options): Promise<OpenFaq> {
  const functionId = draft.bot.function_id;
  const known = readOnly ? undefined : unsaved(functionId);
  // Under the id of a FAQ bot there is never another editor.
  if (known?.editor instanceof FaqEditor) return known as OpenFaq;
  const base = { document: first, revision: draft.revision };
  const journal = typeof indexedDB === "undefined" ? null : journalOf<FaqDocument>();
  return openWork({ functionId, owner, base, isBlocked: readOnly, journal }, (from, entryId) => {
    const editor = new FaqEditor(functionId, from.document, draft.findings);
    const server: Server<FaqDocument> = {
      get: getDraft,
      save: (id, revision, document) => saveDraft(id, revision, editor.outgoing(document)),
      // The screen is opened for FAQ bots only, and a bot never becomes another kind.
      read: (it) => it as FaqDocument,
    };
    const saver = new Saver({ editor, base: from.base, bot: draft.bot, owner, entryId, journal: readOnly ? null : journal, server });
    return { editor, saver };
  });
}
