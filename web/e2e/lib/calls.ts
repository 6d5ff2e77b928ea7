/** Calls of the API beside the browser: to prepare what a screen shows, and to see what became of what was done on it. */
import type { Page } from "playwright-core";
import type { App } from "./app.ts";
import { call as callAsAgent } from "./builder.ts";
import { PATIENCE_MS } from "./patience.ts";

/** A call with a token; rejects unless the answer is 2xx. */
export async function call<T = unknown>(app: App, method: string, path: string, body?: unknown, token: string = app.dbUpdate): Promise<T> {
  const response = await fetch(app.server + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}

export interface Started {
  session: { id: string };
  messages: { text: string }[];
}

/** Invokes a bot for a user of the customer's own system, and answers what it asks. */
export async function chat(app: App, functionId: string, externalId: string, answers: string[] = []): Promise<Started> {
  const started = await call<Started>(
    app,
    "POST",
    "/api/v1/sessions",
    { function_id: functionId, user: { external_id: externalId } },
    app.botsManagement,
  );
  for (const text of answers) await call(app, "POST", `/api/v1/sessions/${started.session.id}/messages`, { text }, app.botsManagement);
  return started;
}

export interface User {
  id: string;
  external_id: string | null;
  fields: Record<string, unknown>;
  flags: string[];
}

/** A user of the customer's own system. */
export const addUser = (app: App, externalId: string, fields: Record<string, unknown>, flags: string[] = []): Promise<User> =>
  call<User>(app, "POST", "/api/v1/users", { external_id: externalId, fields, flags });

/** Waits until something is so. */
export async function until<T>(look: () => Promise<T | null | undefined | false>, what: string): Promise<T> {
  // As long as `expect.poll` waits.
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`it never came: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Waits until a delivery of an event of this type, to any endpoint or to one, has come to this state, as whoever is signed in on the page may see. */
export async function deliveryIs(page: Page, type: string, state: "pending" | "delivered" | "dead", endpoint?: string): Promise<void> {
  const which = `type=${type}&state=${state}${endpoint ? `&endpoint_id=${endpoint}` : ""}`;
  await until(async () => {
    const { data } = await callAsAgent<{ data: unknown[] }>(page, "GET", `deliveries?${which}`);
    return data.length > 0;
  }, `a delivery of ${type} that is ${state}`);
}
