/**
 * What the visitor says, until the server has it. One after the other, so that the order stays; kept while there is no connection; sent again
 * under the same id, so that it is said once. Nothing of it is stored: what a patient writes does not lie about in a browser.
 */
import { type Answered, type Said, SmartBotError } from "@smartbot/sdk";
import type { Pending } from "./conversation.ts";

/** More than this is not kept: somebody who types on for so long should know that nobody hears. */
export const MOST = 20;

/** How long one try may take: longer than the server waits for an External API. */
const TRY_TAKES = 40_000;

export interface OutboxPort {
  send(said: Said, id: string, signal: AbortSignal): Promise<Answered>;
  changed(pending: Pending[]): void;
  answered(id: string, answered: Answered): void;
  /** The session takes nothing more. */
  ended(): void;
  paused(until: number | null): void;
  connection(isConnected: boolean): void;
  now(): number;
  newId(): string;
}

/** What an error means for a message. */
export function judge(error: unknown): { kind: "again" } | { kind: "pause"; seconds: number } | { kind: "refused"; code: string } {
  if (!(error instanceof SmartBotError)) return { kind: "again" };
  if (error.status === 429) return { kind: "pause", seconds: error.retryAfterSeconds ?? 5 };
  if ((error.status >= 500 && error.status !== 501) || error.code === "request_in_progress") return { kind: "again" };
  return { kind: "refused", code: error.code };
}

export class Outbox {
  #list: Pending[] = [];
  #isRunning = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #flying: AbortController | null = null;

  constructor(readonly port: OutboxPort) {}

  /** Takes something to say; false when there is no room left. */
  push(said: Said, text: string): boolean {
    if (this.#list.filter((it) => it.state === "waiting" || it.state === "sending").length >= MOST) return false;
    const at = new Date(this.port.now()).toISOString();
    this.#set([...this.#list, { id: this.port.newId(), said, text, at, state: "waiting" }]);
    void this.#run();
    return true;
  }

  /** Tries a refused message again, after those that wait. */
  retry(id: string): void {
    const it = this.#list.find((one) => one.id === id && one.state === "refused");
    if (!it) return;
    const { code: _, ...rest } = it;
    this.#set([...this.#list.filter((one) => one !== it), { ...rest, state: "waiting" }]);
    void this.#run();
  }

  /** Throws a refused message away. */
  drop(id: string): void {
    this.#set(this.#list.filter((it) => it.id !== id || it.state !== "refused"));
  }

  /** The stream told this message: it has arrived, whatever became of the answer. */
  told(id: string): void {
    if (!this.#list.some((it) => it.id === id)) return;
    this.#set(this.#list.filter((it) => it.id !== id));
  }

  /** The connection may be back. */
  wake(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#run();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#flying?.abort();
    this.#list = [];
  }

  #set(list: Pending[]): void {
    this.#list = list;
    this.port.changed(list);
  }

  #mark(id: string, more: Partial<Pending>): void {
    this.#set(this.#list.map((it) => (it.id === id ? { ...it, ...more } : it)));
  }

  async #run(): Promise<void> {
    if (this.#isRunning || this.#timer !== undefined) return;
    this.#isRunning = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) if (!(await this.#try(next))) break;
    } finally {
      this.#isRunning = false;
    }
  }

  #next(): Pending | undefined {
    return this.#list.find((it) => it.state === "waiting" || it.state === "sending");
  }

  /** Sends one; false when the rest has to wait. */
  async #try(it: Pending): Promise<boolean> {
    this.#mark(it.id, { state: "sending" });
    const flying = new AbortController();
    this.#flying = flying;
    const limit = setTimeout(() => flying.abort(), TRY_TAKES);
    try {
      const answered = await this.port.send(it.said, it.id, flying.signal);
      this.#failures = 0;
      this.port.connection(true);
      this.port.paused(null);
      if (this.#list.some((one) => one.id === it.id)) this.#mark(it.id, { state: "sent" });
      this.port.answered(it.id, answered);
      return true;
    } catch (error) {
      return this.#fail(it, error);
    } finally {
      clearTimeout(limit);
    }
  }

  #fail(it: Pending, error: unknown): boolean {
    if (!this.#list.some((one) => one.id === it.id)) return true;
    const judged = judge(error);
    if (judged.kind === "refused") {
      this.#mark(it.id, { state: "refused", code: judged.code });
      if (judged.code !== "session_ended") return true;
      this.#set(this.#list.map((one) => (one.state === "sent" ? one : { ...one, state: "refused" as const, code: judged.code })));
      this.port.ended();
      return false;
    }
    this.#mark(it.id, { state: "waiting" });
    if (judged.kind === "pause") this.port.paused(this.port.now() + judged.seconds * 1000);
    else if (!(error instanceof SmartBotError)) this.port.connection(false);
    const wait = judged.kind === "pause" ? judged.seconds * 1000 : Math.min(10_000, 500 * 2 ** this.#failures) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    this.#timer = setTimeout(() => {
      this.port.paused(null);
      this.wake();
    }, wait);
    return false;
  }
}
