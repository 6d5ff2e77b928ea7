import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ProblemError } from "../../src/api/problem.ts";
import type { BotDraft, BotSummary, Saved } from "../../src/builder/api.ts";
import { Editor } from "../../src/builder/editor/editor.ts";
import type { Entry, Journal } from "../../src/builder/editor/journal.ts";
import { leaveBot, openBot } from "../../src/builder/editor/open.ts";
import { SAVE_AFTER_MS, Saver, type Server } from "../../src/builder/editor/saver.ts";
import type { BotDocument } from "../../src/builder/model/document.ts";
import { weatherBot } from "./bot.ts";
import { CATALOGUE } from "./catalogue.ts";

const refused = (status: number, code: string): ProblemError => new ProblemError({ status, code, title: code, detail: "" });

/** Bots as a server keeps them: by function id, each with a revision. */
class Bots implements Server {
  readonly bots = new Map<string, { document: BotDocument; revision: number }>();
  readonly saves: string[] = [];
  online = true;
  by = "Dana";
  /** Saves wait until this is done. */
  gate: Promise<void> = Promise.resolve();

  put(functionId: string, document: BotDocument): void {
    this.bots.set(functionId, { document, revision: (this.bots.get(functionId)?.revision ?? 0) + 1 });
  }

  at(functionId: string): { document: BotDocument; revision: number } {
    const it = this.bots.get(functionId);
    if (!it) throw refused(404, "not_found");
    return it;
  }

  draft(functionId: string): BotDraft {
    const { document, revision } = this.at(functionId);
    const bot = { function_id: functionId, status: "active", updated_by: { kind: "agent", id: this.by } } as unknown as BotSummary;
    return { bot, revision, document, findings: [] };
  }

  read(document: unknown): BotDocument {
    return document as BotDocument;
  }

  async get(functionId: string): Promise<BotDraft> {
    if (!this.online) throw refused(0, "offline");
    return this.draft(functionId);
  }

  async save(functionId: string, revision: number, document: BotDocument): Promise<Saved> {
    await this.gate;
    if (!this.online) throw refused(0, "offline");
    const it = this.at(functionId);
    if (it.revision !== revision) throw refused(412, "revision_changed");
    this.put(functionId, document);
    this.saves.push(functionId);
    const { bot } = this.draft(functionId);
    return { revision: revision + 1, findings: [], bot };
  }
}

class Shelf implements Journal {
  readonly entries = new Map<string, Entry>();
  async write(entry: Entry): Promise<void> {
    this.entries.set(entry.id, structuredClone(entry));
  }
  async remove(id: string): Promise<void> {
    this.entries.delete(id);
  }
  async left(owner: string, functionId: string): Promise<Entry[]> {
    return [...this.entries.values()].filter((it) => it.owner === owner && it.functionId === functionId);
  }
}

let server: Bots;
beforeEach(() => {
  vi.useFakeTimers();
  server = new Bots();
  server.put("Weather", weatherBot());
});
afterEach(() => {
  vi.useRealTimers();
});

function opened(functionId = "Weather", journal: Journal | null = null): { editor: Editor; saver: Saver } {
  const { document, revision } = server.at(functionId);
  const editor = new Editor({ functionId, catalogue: CATALOGUE, document });
  return { editor, saver: new Saver({ editor, base: { document, revision }, owner: "agt_1", entryId: "e1", journal, server }) };
}

const say = (editor: Editor, value: string, box = "hello") => editor.dispatch("set_setting", { box, path: ["text"], value });
const pass = (ms = SAVE_AFTER_MS) => vi.advanceTimersByTimeAsync(ms);

describe("saving", () => {
  it("happens once, a while after the last command", async () => {
    const { editor, saver } = opened();
    say(editor, "A");
    await pass(SAVE_AFTER_MS - 100);
    say(editor, "AB");
    await pass(SAVE_AFTER_MS - 100);
    expect(server.saves).toHaveLength(0);
    expect(saver.store.getState().status.kind).toBe("waiting");
    await pass(100);
    expect(server.saves).toHaveLength(1);
    expect(server.at("Weather").document.boxes[0]?.text).toBe("AB");
    expect(saver.store.getState()).toMatchObject({ status: { kind: "saved" }, revision: 2 });
  });

  it("is not needed for what was undone again", async () => {
    const { editor, saver } = opened();
    say(editor, "A");
    editor.undo();
    await pass();
    expect(server.saves).toHaveLength(0);
    expect(saver.store.getState().status.kind).toBe("saved");
  });

  it("follows up on what was done while it was on its way", async () => {
    const { editor } = opened();
    let open = (): void => {};
    server.gate = new Promise((done) => {
      open = done;
    });
    say(editor, "A");
    await pass();
    say(editor, "B", "hello");
    open();
    await pass(0);
    await pass();
    expect(server.saves).toHaveLength(2);
    expect(server.at("Weather").document.boxes[0]?.text).toBe("B");
  });

  it("keeps at it while the network is gone, and says how much is kept", async () => {
    const { editor, saver } = opened();
    server.online = false;
    say(editor, "A");
    editor.dispatch("add_note", { at: { x: 0, y: 0 } });
    await pass();
    expect(saver.store.getState().status).toEqual({ kind: "offline", changes: 2 });
    server.online = true;
    await pass(60_000);
    expect(server.at("Weather").document.notes).toHaveLength(1);
    expect(saver.store.getState().status.kind).toBe("saved");
  });

  it("knows its own work again when the answer to a save was lost, and can still undo it", async () => {
    const { editor, saver } = opened();
    const { save } = server;
    server.save = async (...args) => {
      await save.apply(server, args);
      throw refused(0, "offline");
    };
    say(editor, "A");
    await pass();
    expect(saver.store.getState().status.kind).toBe("offline");
    server.save = save;
    await pass(60_000);
    expect(saver.store.getState().status.kind).toBe("saved");
    editor.undo();
    await pass();
    expect(server.at("Weather").document.boxes[0]?.text).toBe("Hello {user_fname|there}!");
  });

  it("tells when the server refuses, and tries again with the next change", async () => {
    const { editor, saver } = opened();
    server.save = async () => {
      throw refused(403, "forbidden");
    };
    say(editor, "A");
    await pass();
    expect(saver.store.getState().status).toMatchObject({ kind: "refused", problem: { code: "forbidden" } });
  });
});

describe("somebody else's changes", () => {
  const theirs = (change: (document: BotDocument) => void): void => {
    const document = structuredClone(server.at("Weather").document);
    change(document);
    server.put("Weather", document);
  };

  it("come in by themselves when they touch other things, and undo goes on to work", async () => {
    const { editor, saver } = opened();
    say(editor, "Mine");
    theirs((it) => {
      const ask = it.boxes.find((box) => box.id === "ask");
      if (ask) ask.text = "Theirs";
    });
    await pass();
    await pass();
    expect(server.at("Weather").document.boxes.map((it) => it.text)).toEqual(expect.arrayContaining(["Mine", "Theirs"]));
    expect(saver.store.getState()).toMatchObject({ merged: { by: "Dana" }, status: { kind: "saved" }, revision: 3 });
    editor.undo();
    expect(editor.document.boxes.map((it) => it.text)).toEqual(expect.arrayContaining(["Hello {user_fname|there}!", "Theirs"]));
  });

  it("are asked about when they touch the same, and neither is lost meanwhile", async () => {
    const { editor, saver } = opened();
    say(editor, "Mine");
    theirs((it) => {
      const hello = it.boxes[0];
      if (hello) hello.text = "Theirs";
    });
    await pass();
    const { status } = saver.store.getState();
    expect(status).toMatchObject({ kind: "conflict", clash: { by: "Dana", conflicts: [{ unit: "box:hello", keys: ["text"] }] } });
    expect(editor.document.boxes[0]?.text).toBe("Mine");
    expect(server.at("Weather").document.boxes[0]?.text).toBe("Theirs");
    await saver.resolve({ "box:hello": "theirs" });
    expect(editor.document.boxes[0]?.text).toBe("Theirs");
    expect(saver.store.getState().status.kind).toBe("saved");
  });

  it("give way when a person decides so", async () => {
    const { editor, saver } = opened();
    say(editor, "Mine");
    theirs((it) => {
      const hello = it.boxes[0];
      if (hello) hello.text = "Theirs";
    });
    await pass();
    await saver.resolve({ "box:hello": "mine" });
    await pass();
    expect(server.at("Weather").document.boxes[0]?.text).toBe("Mine");
  });

  it("never cost either of two people a change, however they alternate", async () => {
    const a = opened();
    const b = opened();
    for (let round = 0; round < 6; round += 1) {
      a.editor.dispatch("add_box", { type: "say", from: "hop-4" });
      b.editor.dispatch("add_box", { type: "stop", from: "stop-3", at: { x: round * 8, y: 900 } });
      b.editor.dispatch("add_note", { at: { x: round * 8, y: 0 }, text: `b${round}` });
      await pass();
      await pass();
      await pass();
      for (const { saver } of [a, b]) {
        const { status } = saver.store.getState();
        if (status.kind === "conflict") await saver.resolve(Object.fromEntries(status.clash.conflicts.map((it) => [it.unit, "mine"])));
      }
      await pass();
    }
    const { document } = server.at("Weather");
    expect(document.boxes.filter((it) => it.type === "say")).toHaveLength(7);
    expect(document.boxes.filter((it) => it.type === "stop")).toHaveLength(7);
    expect(document.notes).toHaveLength(6);
  });
});

describe("two bots", () => {
  it("never get each other's changes, also when one is left before its save is through", async () => {
    server.put("Other", { ...weatherBot(), function_id: "Other" });
    const journal = new Shelf();
    const open = (functionId: string) =>
      openBot({ draft: server.draft(functionId), catalogue: CATALOGUE, owner: "agt_1", readOnly: false, journal, server });
    const first = await open("Weather");
    say(first.editor, "For Weather");
    const left = leaveBot(first);
    const second = await open("Other");
    say(second.editor, "For Other");
    await left;
    await pass();
    expect(server.saves).toEqual(["Weather", "Other"]);
    expect(server.at("Weather").document.boxes[0]?.text).toBe("For Weather");
    expect(server.at("Other").document.boxes[0]?.text).toBe("For Other");
    await leaveBot(second);
    expect(journal.entries.size).toBe(0);
  });
});

describe("a bot that somebody comes back to", () => {
  const open = (journal: Journal | null = null) =>
    openBot({ draft: server.draft("Weather"), catalogue: CATALOGUE, owner: "agt_1", readOnly: false, journal, server });

  it("while it is still being saved goes on, and saves what is done then", async () => {
    let through = (): void => {};
    server.gate = new Promise((done) => {
      through = done;
    });
    const first = await open();
    say(first.editor, "Before");
    const left = leaveBot(first);
    const again = await open();
    expect(again).toBe(first);
    through();
    await left;
    say(again.editor, "After");
    await pass();
    expect(server.at("Weather").document.boxes[0]?.text).toBe("After");
    await leaveBot(again);
  });

  it("while its work is put into the journal finds it there", async () => {
    const journal = new Shelf();
    const first = await open(journal);
    say(first.editor, "Offline");
    server.online = false;
    let written = (): void => {};
    const slow = new Promise<void>((done) => {
      written = done;
    });
    const { write } = journal;
    journal.write = async (entry) => {
      await slow;
      await write.call(journal, entry);
    };
    const left = leaveBot(first);
    await pass(0);
    const coming = open(journal);
    server.online = true;
    written();
    await left;
    const again = await coming;
    expect(again.editor.document.boxes[0]?.text).toBe("Offline");
    await pass();
    expect(server.at("Weather").document.boxes[0]?.text).toBe("Offline");
    say(again.editor, "Online");
    await pass();
    expect(server.at("Weather").document.boxes[0]?.text).toBe("Online");
    await leaveBot(again);
  });
});

describe("what a page left behind", () => {
  const open = (journal: Journal) =>
    openBot({ draft: server.draft("Weather"), catalogue: CATALOGUE, owner: "agt_1", readOnly: false, journal, server });

  it("is there again with its steps of undo, and is saved", async () => {
    const journal = new Shelf();
    const { editor, saver } = opened("Weather", journal);
    server.online = false;
    say(editor, "Offline");
    await pass();
    await saver.stop();
    expect(journal.entries.size).toBe(1);
    server.online = true;
    const again = await open(journal);
    expect(again.editor.document.boxes[0]?.text).toBe("Offline");
    await pass();
    expect(server.at("Weather").document.boxes[0]?.text).toBe("Offline");
    again.editor.undo();
    expect(again.editor.document.boxes[0]?.text).toBe("Hello {user_fname|there}!");
    await leaveBot(again);
  });

  it("is brought together with what happened since", async () => {
    const journal = new Shelf();
    const { editor, saver } = opened("Weather", journal);
    server.online = false;
    say(editor, "Offline");
    await pass();
    await saver.stop();
    server.online = true;
    server.put("Weather", { ...server.at("Weather").document, name: "Storms" });
    const again = await open(journal);
    await pass();
    await pass();
    expect(server.at("Weather").document).toMatchObject({ name: "Storms" });
    expect(server.at("Weather").document.boxes[0]?.text).toBe("Offline");
    await leaveBot(again);
  });

  it("gives its steps of undo back also when it was saved in the last moment", async () => {
    const journal = new Shelf();
    const { editor, saver } = opened("Weather", journal);
    say(editor, "Saved late");
    await pass(200);
    const kept = [...journal.entries.values()];
    await saver.flush();
    await saver.stop();
    for (const it of kept) await journal.write(it);
    const again = await open(journal);
    again.editor.undo();
    expect(again.editor.document.boxes[0]?.text).toBe("Hello {user_fname|there}!");
    await leaveBot(again);
  });

  it("stays out of a bot that may only be looked at", async () => {
    const journal = new Shelf();
    const { editor, saver } = opened("Weather", journal);
    server.online = false;
    say(editor, "Offline");
    await pass();
    await saver.stop();
    const looking = await openBot({
      draft: server.draft("Weather"),
      catalogue: CATALOGUE,
      owner: "agt_1",
      readOnly: true,
      journal,
      server,
    });
    expect(looking.editor.document.boxes[0]?.text).toBe("Hello {user_fname|there}!");
    expect(journal.entries.size).toBe(1);
  });
});
