/**
 * What an agent said and the server has not told back yet. One after the other within a chat, so that the order stays; kept while there is no
 * connection; sent again under the same id, so that it is said once. In memory only: what is said to patients does not lie about in a browser.
 */
import { create } from "zustand";
import { answerChat, type Said, type StoredFile } from "../api/desk.ts";
import { type Problem, problemIn } from "../api/problem.ts";
import { onLeave } from "../session/leaving.ts";

export interface Pending {
  /** The `client_message_id`. */
  id: string;
  chat: string;
  said: Said;
  /** How it looks: the words, or the file. */
  text: string;
  file?: StoredFile;
  at: string;
  /** `waiting` for its turn or the connection, on its way, taken by the server, or refused. */
  state: "waiting" | "sending" | "sent" | "refused";
  /** Why it was refused. */
  problem?: Problem;
}

interface Outbox {
  pending: readonly Pending[];
}

export const useOutbox = create<Outbox>(() => ({ pending: [] }));

/** Chats whose sending runs, and those that wait for the next try. */
const running = new Set<string>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
let failures = 0;

onLeave(() => {
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  useOutbox.setState({ pending: [] });
});

const change = (to: (all: readonly Pending[]) => readonly Pending[]): void =>
  useOutbox.setState(({ pending }) => ({ pending: to(pending) }));
const mark = (id: string, more: Partial<Pending>): void => change((all) => all.map((it) => (it.id === id ? { ...it, ...more } : it)));

/** Says something. */
export function say(chat: string, said: Said, look: { text: string; file?: StoredFile }): void {
  const made: Pending = { id: crypto.randomUUID(), chat, said, ...look, at: new Date().toISOString(), state: "waiting" };
  change((all) => [...all, made]);
  void deliver(chat);
}

/** The chat tells these ids: they have arrived, whatever became of the answer. */
export function arrived(ids: ReadonlySet<string>): void {
  if (useOutbox.getState().pending.some((it) => ids.has(it.id))) change((all) => all.filter((it) => !ids.has(it.id)));
}

export function sayAgain(id: string): void {
  const it = useOutbox.getState().pending.find((one) => one.id === id);
  if (it?.state !== "refused") return;
  mark(id, { state: "waiting", problem: undefined });
  void deliver(it.chat);
}

export const discard = (id: string): void => change((all) => all.filter((it) => it.id !== id || it.state !== "refused"));

/** The connection is back: what waits is tried at once. */
export function deliverAll(): void {
  for (const [chat, timer] of timers) {
    clearTimeout(timer);
    timers.delete(chat);
  }
  for (const chat of new Set(useOutbox.getState().pending.map((it) => it.chat))) void deliver(chat);
}

const nextOf = (chat: string): Pending | undefined =>
  useOutbox.getState().pending.find((it) => it.chat === chat && (it.state === "waiting" || it.state === "sending"));

async function deliver(chat: string): Promise<void> {
  if (running.has(chat) || timers.has(chat)) return;
  running.add(chat);
  try {
    for (let next = nextOf(chat); next; next = nextOf(chat)) if (!(await tryOne(next))) break;
  } finally {
    running.delete(chat);
  }
}

/** Sends one; false when the rest has to wait. */
async function tryOne({ id, chat, said }: Pending): Promise<boolean> {
  mark(id, { state: "sending" });
  try {
    await answerChat(chat, said, id);
    failures = 0;
    mark(id, { state: "sent" });
    return true;
  } catch (error) {
    const problem = problemIn(error);
    const isPassing = problem !== null && (problem.status === 0 || problem.status >= 500 || problem.status === 429);
    if (!isPassing && problem?.code !== "request_in_progress") {
      mark(id, { state: "refused", problem: problem ?? undefined });
      return true;
    }
    mark(id, { state: "waiting" });
    const wait = problem?.retry_after ? problem.retry_after * 1_000 : Math.min(10_000, 500 * 2 ** failures) * (0.5 + Math.random() / 2);
    failures += 1;
    timers.set(
      chat,
      setTimeout(() => {
        timers.delete(chat);
        void deliver(chat);
      }, wait),
    );
    return false;
  }
}
