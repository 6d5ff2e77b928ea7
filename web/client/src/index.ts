/** A typed client of both APIs: paths, bodies and answers are those of `api/openapi.json`. */
import createClient, { type Client, type ClientOptions } from "openapi-fetch";
import type { paths } from "./schema.gen.ts";

export type { components, operations, paths, webhooks } from "./schema.gen.ts";

/** Connects to a server with a token of either kind, or with the key of one session. */
export function connect(baseUrl: string, token: string, options: ClientOptions = {}): Client<paths> {
  return createClient<paths>({ ...options, baseUrl, headers: { ...options.headers, Authorization: `Bearer ${token}` } });
}
