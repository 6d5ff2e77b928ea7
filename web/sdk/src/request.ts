import { SmartBotError } from "./problem.ts";

/** How to reach a server. */
export interface Connection {
  /** Where the server is, or the path on your own server that leads to it. */
  baseUrl: string;
  /** A token or a session key; empty for what needs neither. */
  credential: string;
  /** The `fetch` to use; the global one unless given. */
  fetch?: typeof fetch;
  /** How often a request is sent again after the first try; 5 unless given. */
  retries?: number;
}

export interface Call {
  method: "GET" | "POST" | "PATCH";
  path: string;
  /** Sent as JSON, a `Blob` as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** Waits, or throws when the signal says so. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

/** How long to wait before try number `attempt`: doubling from a quarter of a second up to ten seconds, with chance, so that clients spread. */
export function backOff(attempt: number): number {
  return Math.min(10_000, 250 * 2 ** attempt) * (0.5 + Math.random() / 2);
}

/** Who is asked to come back later than that says so instead of seeming to hang. */
const LONGEST_WAIT = 60_000;

/** What may be repeated: nobody acted, or the first try still runs. */
async function isWorthRepeating(answer: Response): Promise<boolean> {
  if (answer.status === 409) {
    const problem: unknown = await answer
      .clone()
      .json()
      .catch(() => null);
    return problem !== null && typeof problem === "object" && "code" in problem && problem.code === "request_in_progress";
  }
  return answer.status === 429 || (answer.status >= 500 && answer.status !== 501);
}

export function addressOf(connection: Connection, path: string): string {
  return `${connection.baseUrl.replace(/\/$/, "")}${path}`;
}

export function headersOf(connection: Connection, more: Record<string, string> = {}): Record<string, string> {
  return connection.credential ? { ...more, Authorization: `Bearer ${connection.credential}` } : { ...more };
}

export function open(connection: Connection, call: Call): Promise<Response> {
  const headers = headersOf(connection, call.headers);
  const file = call.body instanceof Blob ? call.body : undefined;
  const body = file ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
  if (body !== undefined) headers["Content-Type"] = file ? file.type || "application/octet-stream" : "application/json";
  const send = connection.fetch ?? fetch;
  return send(addressOf(connection, call.path), {
    method: call.method,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(call.signal ? { signal: call.signal } : {}),
    cache: "no-store",
  });
}

/** Sends a request until it is answered. The caller makes sure that a repeat acts once: by a key or an id in the body. */
export async function request<T>(connection: Connection, call: Call): Promise<T> {
  const retries = connection.retries ?? 5;
  for (let attempt = 0; ; attempt += 1) {
    let wait = backOff(attempt);
    try {
      const answer = await open(connection, call);
      if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
      if (attempt >= retries || !(await isWorthRepeating(answer))) throw await SmartBotError.from(answer);
      const asked = 1000 * Number(answer.headers.get("retry-after") ?? 0) || 0;
      if (asked > LONGEST_WAIT) throw await SmartBotError.from(answer);
      wait = Math.max(wait, asked);
    } catch (error) {
      // The connection broke: the server may have acted or not, and a repeat finds out.
      if (error instanceof SmartBotError || call.signal?.aborted || attempt >= retries) throw error;
    }
    await pause(wait, call.signal);
  }
}
