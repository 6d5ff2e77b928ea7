import type { Problem } from "./types.ts";

/** The server refused a request. Decide by `code`, which never changes. */
export class SmartBotError extends Error {
  override readonly name = "SmartBotError";
  readonly status: number;
  readonly code: string;
  readonly errors: NonNullable<Problem["errors"]>;
  readonly requestId: string | null;
  /** After how many seconds a repeat may succeed, when the server says so. */
  readonly retryAfterSeconds: number | null;

  constructor(status: number, problem: Partial<Problem>, retryAfterSeconds: number | null = null) {
    super(problem.detail ?? `The server answered ${status}.`);
    this.status = status;
    this.code = problem.code ?? "unknown";
    this.errors = problem.errors ?? [];
    this.requestId = problem.request_id ?? null;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Reads an answer that is no success. Something between may have written it, so it need not be a problem. */
  static async from(answer: Response): Promise<SmartBotError> {
    const problem: unknown = await answer.json().catch(() => ({}));
    const seconds = Number(answer.headers.get("retry-after") ?? Number.NaN);
    const isProblem = problem !== null && typeof problem === "object";
    return new SmartBotError(answer.status, isProblem ? problem : {}, Number.isFinite(seconds) ? seconds : null);
  }
}
