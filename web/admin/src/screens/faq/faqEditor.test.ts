/** Questions and answers are saved by themselves, as flows are. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FaqDocument } from "../../api/faq.ts";
import { ProblemError } from "../../api/problem.ts";
import type { BotDraft, Saved } from "../../builder/api.ts";
import { SAVE_AFTER_MS, Saver } from "../../builder/editor/saver.ts";
import { newFaq } from "./faqDocument.ts";
import { FaqEditor } from "./faqEditor.ts";

const first = newFaq({ function_id: "Questions", name: "Questions", language: "en" }, { question: "When?", answer: "At 8." });

/** What the server has. */
let kept: { document: FaqDocument; revision: number };
let saves: number;
/** Whether the next save goes through without its answer coming back. */
let isAnswerLost: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  kept = { document: first, revision: 1 };
  saves = 0;
  isAnswerLost = false;
});
afterEach(() => {
  vi.useRealTimers();
});

function opened(): { editor: FaqEditor; saver: Saver<FaqDocument> } {
  const editor = new FaqEditor("Questions", first);
  const server = {
    get: async () => ({ ...kept, bot: { updated_by: { kind: "agent", id: "agt_other" } }, findings: [] }) as unknown as BotDraft,
    save: async (_: string, revision: number, document: FaqDocument) => {
      if (revision !== kept.revision) throw new ProblemError({ status: 412, code: "revision_changed", title: "", detail: "" });
      saves += 1;
      kept = { document: editor.outgoing(document), revision: revision + 1 };
      if (isAnswerLost) {
        isAnswerLost = false;
        throw new ProblemError({ status: 0, code: "offline", title: "", detail: "" });
      }
      return { revision: kept.revision, findings: [], bot: {} } as unknown as Saved;
    },
    read: (it: unknown) => it as FaqDocument,
  };
  return { editor, saver: new Saver({ editor, base: kept, owner: "agt_1", entryId: "e1", journal: null, server }) };
}

const status = (saver: Saver<FaqDocument>) => saver.store.getState().status.kind;

describe("the questions of a bot", () => {
  it("are saved once, a while after the last change, without what is empty", async () => {
    const { editor, saver } = opened();
    editor.change({ greeting: "Hel" });
    editor.change({ greeting: "Hello " });
    expect(status(saver)).toBe("waiting");
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(status(saver)).toBe("saved");
    expect(saves).toBe(1);
    expect(kept.document.greeting).toBe("Hello");
    // What is being typed stays as it is.
    expect(editor.document.greeting).toBe("Hello ");
  });
  it("take in what somebody else did meanwhile", async () => {
    const { editor, saver } = opened();
    kept = { document: { ...first, name: "Theirs" }, revision: 2 };
    editor.change({ greeting: "Hello" });
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(kept.document).toMatchObject({ name: "Theirs", greeting: "Hello" });
    expect(status(saver)).toBe("saved");
  });
  it("ask when both changed the same, and save what was decided", async () => {
    const { editor, saver } = opened();
    kept = { document: { ...first, name: "Theirs" }, revision: 2 };
    editor.change({ name: "Mine" });
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(status(saver)).toBe("conflict");
    await saver.resolve({ "bot:name": "mine" });
    expect(kept.document.name).toBe("Mine");
    expect(status(saver)).toBe("saved");
  });
  it("do not take their own save for somebody else's when its answer was lost", async () => {
    const { editor, saver } = opened();
    isAnswerLost = true;
    editor.change({ greeting: "Hello" });
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(status(saver)).toBe("offline");
    editor.change({ greeting: "Hello there" });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(status(saver)).toBe("saved");
    expect(kept.document.greeting).toBe("Hello there");
  });
});
