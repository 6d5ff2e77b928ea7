/** Keeps the stream of the desk open: connects, listens, and connects again after a while that grows. */
import type { DeskEvent } from "../api/deskStream.ts";
import { problemIn } from "../api/problem.ts";

export interface ConnectionPort {
  open(signal: AbortSignal): Promise<AsyncIterable<DeskEvent>>;
  /** There is a connection: what was told before it is not repeated. */
  opened(): void;
  told(event: DeskEvent): void;
  lost(): void;
  /** The server does not want to tell, and will not next time either. */
  refused(error: unknown): void;
}

/** From half a second up to ten, with chance, so that many desks spread. */
const backOff = (failures: number): number => Math.min(10_000, 500 * 2 ** failures) * (0.5 + Math.random() / 2);

function isFinal(error: unknown): boolean {
  const status = problemIn(error)?.status ?? 0;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

export class Connection {
  readonly #port: ConnectionPort;
  readonly #over = new AbortController();
  #current: AbortController | null = null;
  #wake: (() => void) | null = null;

  constructor(port: ConnectionPort) {
    this.#port = port;
  }

  /** Runs until it is stopped or refused. */
  async run(): Promise<void> {
    for (let failures = 0; !this.#over.signal.aborted; failures += 1) {
      const current = new AbortController();
      this.#current = current;
      try {
        const events = await this.#port.open(AbortSignal.any([this.#over.signal, current.signal]));
        if (this.#over.signal.aborted) return;
        this.#port.opened();
        for await (const event of events) {
          failures = 0;
          if (this.#over.signal.aborted) return;
          this.#port.told(event);
        }
      } catch (error) {
        if (this.#over.signal.aborted) return;
        if (isFinal(error)) return this.#port.refused(error);
      } finally {
        current.abort();
      }
      if (this.#over.signal.aborted) return;
      this.#port.lost();
      await this.#pause(backOff(failures));
    }
  }

  /** The network is gone: what is open is dead, though nobody has said so. */
  cut(): void {
    this.#current?.abort();
  }

  /** The network may be back. */
  wake(): void {
    this.#wake?.();
  }

  stop(): void {
    this.#over.abort();
    this.#wake?.();
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(finish, milliseconds);
      function finish() {
        clearTimeout(timer);
        done();
      }
      this.#wake = finish;
    });
  }
}
