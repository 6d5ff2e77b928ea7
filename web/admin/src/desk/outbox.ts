/**
 * What an agent said and the server has not told back yet. One after the other within a chat, so that the order stays; kept while there is no
 * connection; sent again under the same id, so that it is said once. In memory only: what is said to patients does not lie about in a browser.
 *
 * Words may be held back for a few seconds, in which they can be taken back. They go out before that when something else is said or done in the
 * chat, and when the page is left, so that nothing is lost and nothing comes in another order.
 */
import { create } from "zustand";
import { answerChat, type Said, type StoredFile } from "../api/desk.ts";
import { type Problem, problemIn } from "../api/problem.ts";
import { beforeLeave, onLeave } from "../session/leaving.ts";

/** How long words are held back. */
export const HOLD_MS = 5_000;

export interface Pending {
  /** The `client_message_id`. */
  id: string;
  chat: string;
  said: Said;
  /** How it looks: the words, or the file. */
  text: string;
  file?: StoredFile;
  at: string;
  /** `held` back, `waiting` for its turn or the connection, on its way, taken by the server, or refused. */
  state: "held" | "waiting" | "sending" | "sent" | "refused";
  /** Until when it is held back. */
  heldUntil?: number;
  /** Why it was refused. */
  problem?: Problem;
}

interface Outbox {
  pending: readonly Pending[];
}

export const useOutbox = create<Outbox>(() => ({ pending: [] }));

/** Chats whose sending runs, and those that wait for the next try. */
const running = new Map<string, Promise<void>>();
/** What is held back, by its id. */
const holds = new Map<string, ReturnType<typeof setTimeout>>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
let failures = 0;

onLeave(() => {
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  for (const timer of holds.values()) clearTimeout(timer);
  holds.clear();
  useOutbox.setState({ pending: [] });
});

const change = (to: (all: readonly Pending[]) => readonly Pending[]): void =>
  useOutbox.setState(({ pending }) => ({ pending: to(pending) }));
const mark = (id: string, more: Partial<Pending>): void => change((all) => all.map((it) => (it.id === id ? { ...it, ...more } : it)));

interface Look {
  text: string;
  file?: StoredFile;
}

/** Says something; `isHeld`: it can be taken back for a while. What is held back in the chat goes out first. */
export function say(chat: string, said: Said, look: Look, isHeld = false): void {
  release(chat);
  const at = new Date();
  const made: Pending = { id: crypto.randomUUID(), chat, said, ...look, at: at.toISOString(), state: "waiting" };
  change((all) => [...all, isHeld ? { ...made, state: "held", heldUntil: at.getTime() + HOLD_MS } : made]);
  if (isHeld)
    holds.set(
      made.id,
      setTimeout(() => void settled(chat), HOLD_MS),
    );
  void deliver(chat);
}

/** Lets go what is held back in a chat. */
function release(chat: string): void {
  for (const it of useOutbox.getState().pending) {
    if (it.chat !== chat || it.state !== "held") continue;
    clearTimeout(holds.get(it.id));
    holds.delete(it.id);
    mark(it.id, { state: "waiting", heldUntil: undefined });
  }
}

/** Takes back what is held. The words that were; null when it is too late. */
export function takeBack(id: string): string | null {
  const it = useOutbox.getState().pending.find((one) => one.id === id);
  if (it?.state !== "held") return null;
  clearTimeout(holds.get(id));
  holds.delete(id);
  change((all) => all.filter((one) => one.id !== id));
  return it.text;
}

/** Sends what is held back in a chat, and waits until all that was said there is out, or cannot go out now. For what is done with the chat after it. */
export async function settled(chat: string): Promise<void> {
  release(chat);
  await deliver(chat);
}

const chatsOf = (all: readonly Pending[]): Set<string> => new Set(all.map((it) => it.chat));

beforeLeave(async () => {
  await Promise.all([...chatsOf(useOutbox.getState().pending)].map(settled));
});

/** The page is left: what is not said yet is said by calls that outlive it. What arrives twice is one message, by its id. */
function sayAllAtOnce(): void {
  for (const { id, chat, said, state } of useOutbox.getState().pending) {
    if (state === "sent" || state === "refused") continue;
    clearTimeout(holds.get(id));
    holds.delete(id);
    // Where the browser keeps the page after all, it goes the usual way.
    mark(id, { state: "waiting", heldUntil: undefined });
    answerChat(chat, said, id, true).then(
      () => mark(id, { state: "sent" }),
      () => deliver(chat),
    );
  }
}
addEventListener("pagehide", sayAllAtOnce);

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
  for (const chat of chatsOf(useOutbox.getState().pending)) void deliver(chat);
}

const nextOf = (chat: string): Pending | undefined =>
  useOutbox.getState().pending.find((it) => it.chat === chat && (it.state === "waiting" || it.state === "sending"));

/** Sends what waits in a chat. Done when nothing waits any more, or the rest has to wait. */
function deliver(chat: string): Promise<void> {
  const before = running.get(chat);
  if (before) return before;
  if (timers.has(chat) || !nextOf(chat)) return Promise.resolve();
  const run = deliverInOrder(chat);
  running.set(chat, run);
  return run;
}

async function deliverInOrder(chat: string): Promise<void> {
  try {
    for (let next = nextOf(chat); next; next = nextOf(chat)) if (!(await tryOne(next))) return;
  } finally {
    // Here and not later: who says something from now on begins anew.
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
