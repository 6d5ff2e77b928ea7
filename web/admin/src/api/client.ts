/** The app's way to the server: typed calls with the browser's cookie, whose failures are `Problem`s. */
import type { components, paths } from "@smartbot/client";
import createClient, { type Middleware } from "openapi-fetch";
import { type Problem, ProblemError, problemOf } from "./problem.ts";

export type Schemas = components["schemas"];

type Listener = (problem: Problem) => unknown;
const listeners = new Set<Listener>();

/** Hears of calls that were refused because nobody is signed in, whichever noticed. Returns how to stop listening. */
export function onSignedOut(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A wrong password says nothing of a session; all else that is 401 does. */
function tellIfSignedOut(problem: Problem): void {
  if (problem.status === 401 && problem.code !== "sign_in_failed") for (const tell of listeners) tell(problem);
}

let ahead = 0;

/** By how many milliseconds the server's clock is ahead of this one, to the second: clocks of desks are wrong by minutes. */
export const serverAhead = (): number => ahead;

function noteTime(response: Response): void {
  const told = Date.parse(response.headers.get("Date") ?? "");
  if (Number.isFinite(told)) ahead = told - Date.now();
}

const failuresAreProblems: Middleware = {
  async onRequest({ request }) {
    // A page of another site cannot send this header without asking first, which the server refuses.
    request.headers.set("X-Requested-With", "SmartBot");
    return request;
  },
  async onResponse({ response }) {
    noteTime(response);
    if (response.ok) return undefined;
    const problem = await problemOf(response);
    tellIfSignedOut(problem);
    throw new ProblemError(problem);
  },
  async onError() {
    throw new ProblemError({ status: 0, code: "offline", title: "offline", detail: "" });
  },
};

/** Calls by path, as in the OpenAPI document. Rejects with a `ProblemError` unless the answer is 2xx. */
export const api = createClient<paths>({
  baseUrl: typeof location === "undefined" ? "http://localhost" : location.origin,
  credentials: "same-origin",
  // Looked up at each call, so that a test can put its own in place.
  fetch: (request) => globalThis.fetch(request),
});
api.use(failuresAreProblems);

/** The body of an answer that has one. */
export async function body<T>(call: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data } = await call;
  return data as T;
}

interface SendOptions {
  body: BodyInit | null;
  signal: AbortSignal | null;
  keepalive: boolean;
}

/** Sends a call by its path. Rejects with a `ProblemError` unless the answer is 2xx. */
async function send(method: string, path: string, headers: Headers, sent: SendOptions): Promise<Response> {
  headers.set("X-Requested-With", "SmartBot");
  let response: Response;
  try {
    response = await fetch(path, { method, headers, credentials: "same-origin", ...sent });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ProblemError({ status: 0, code: "offline", title: "offline", detail: "" });
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  tellIfSignedOut(problem);
  throw new ProblemError(problem);
}

/** A call whose path the OpenAPI document does not know yet, or that sends or gets something other than JSON. */
export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<{ data: T; response: Response }> {
  const headers = new Headers(options.headers);
  const file = options.body instanceof Blob ? options.body : null;
  if (options.body !== undefined) headers.set("Content-Type", file ? file.type || "application/octet-stream" : "application/json");
  const body = file ?? (options.body === undefined ? null : JSON.stringify(options.body));
  const { signal = null, keepalive = false } = options;
  const response = await send(method, path, headers, { body, signal, keepalive });
  const json = response.status === 204 ? undefined : await response.json();
  return { data: json as T, response };
}

/** The body of a stream of events, which stays open. */
export async function openStream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const headers = new Headers({ Accept: "text/event-stream" });
  const { body } = await send("GET", path, headers, { body: null, signal, keepalive: false });
  if (!body) throw new ProblemError({ status: 0, code: "offline", title: "offline", detail: "" });
  return body;
}

export interface RequestOptions {
  /** Sent as JSON, a `Blob` as it is. */
  body?: unknown;
  headers?: HeadersInit;
  signal?: AbortSignal;
  /** Goes on when the page is left. */
  keepalive?: boolean;
}
