/**
 * Work that the server does not have yet, kept in this browser (IndexedDB): it survives a reload, a crash, a lost network.
 * It holds bots only, never anything of a user, and is gone after signing out, or when somebody else signs in.
 */
import type { BotDocument } from "../model/document.ts";
import type { History } from "./history.ts";

/** What is kept of one open bot. */
export interface Entry<D = BotDocument> {
  /** One per page that has the bot open. */
  id: string;
  /** Whose work it is. */
  owner: string;
  functionId: string;
  /** What the server had when the work began. */
  base: { document: D; revision: number };
  document: D;
  history: History;
  at: number;
}

export interface Journal<D = BotDocument> {
  write(entry: Entry<D>): Promise<void>;
  remove(id: string): Promise<void>;
  /** Entries that pages left behind which are closed now. */
  left(owner: string, functionId: string): Promise<Entry<D>[]>;
}

const DATABASE = "smartbot-builder";
const STORE = "journal";

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((done, failed) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE, { keyPath: "id" }).createIndex("bot", ["owner", "functionId"]);
    };
    request.onsuccess = () => {
      request.result.onclose = () => {
        opened = undefined;
      };
      done(request.result);
    };
    request.onerror = () => failed(request.error);
  }).catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function work<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const store = (await database()).transaction(STORE, mode).objectStore(STORE);
  return new Promise((done, failed) => {
    const request = act(store);
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

/** The name of the lock that a page holds for as long as it has an entry open. */
const lockOf = (id: string): string => `smartbot-journal-${id}`;

/** Holds an entry until the page closes or what is returned is called. */
export function hold(id: string): () => void {
  let release = (): void => {};
  const held = new Promise<void>((done) => {
    release = done;
  });
  void navigator.locks?.request(lockOf(id), () => held);
  return release;
}

async function heldLocks(): Promise<ReadonlySet<string>> {
  const state = await navigator.locks?.query();
  return new Set(state?.held?.map((it) => it.name ?? ""));
}

/** The journal, for bots of one kind: what is found of a bot is what was written of it. */
export const journalOf = <D>(): Journal<D> => ({
  write: async (entry) => void (await work("readwrite", (it) => it.put(entry))),
  remove: async (id) => void (await work("readwrite", (it) => it.delete(id))),
  left: async (owner, functionId) => {
    const entries = await work("readonly", (it) => it.index("bot").getAll([owner, functionId]) as IDBRequest<Entry<D>[]>);
    const held = await heldLocks();
    return entries.filter((it) => !held.has(lockOf(it.id))).sort((a, b) => a.at - b.at);
  },
});

export const journal = journalOf<BotDocument>();

/** Forgets everything but what belongs to `owner`: for signing out, and for whoever signs in next. */
export async function forgetJournals(owner?: string): Promise<void> {
  if (typeof indexedDB === "undefined") return;
  const entries = await work("readonly", (it) => it.getAll() as IDBRequest<Entry[]>);
  await Promise.all(entries.filter((it) => it.owner !== owner).map((it) => journal.remove(it.id)));
}
