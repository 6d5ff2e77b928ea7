/** What went wrong, as the server tells it (RFC 9457), or as the browser noticed it. */
export interface Problem {
  /** 0 when no answer came at all. */
  status: number;
  code: string;
  title: string;
  detail: string;
  errors?: { pointer: string; code: string; message: string }[];
  request_id?: string;
  /** Seconds after which another try makes sense. */
  retry_after?: number;
  [extension: string]: unknown;
}

export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

/** Reads a failed answer; one that is no problem document (a proxy's page) becomes one. */
export async function problemOf(response: Response): Promise<Problem> {
  const retry = Number(response.headers.get("Retry-After"));
  const more = {
    request_id: response.headers.get("X-Request-Id") ?? undefined,
    ...(Number.isFinite(retry) && retry > 0 ? { retry_after: retry } : {}),
  };
  try {
    const told: unknown = await response.clone().json();
    if (typeof told === "object" && told !== null && "code" in told) return { ...more, ...(told as Problem), status: response.status };
  } catch {
    // Not JSON: told below.
  }
  return { ...more, status: response.status, code: `http_${response.status}`, title: response.statusText, detail: "" };
}

/** The problem in whatever was thrown, or null if it is a fault of the program. */
export function problemIn(error: unknown): Problem | null {
  return error instanceof ProblemError ? error.problem : null;
}
