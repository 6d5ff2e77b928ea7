import type { WebhookEvent } from "./types.ts";

/** A call cannot be trusted. Answer it with 401. */
export class WebhookVerificationError extends Error {
  override readonly name = "WebhookVerificationError";
  readonly reason: "missing_header" | "bad_timestamp" | "out_of_time" | "wrong_signature";

  constructor(reason: WebhookVerificationError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface VerifyOptions {
  /** The raw body, as it arrived: a body that was parsed and written again does not verify. */
  body: string | Uint8Array;
  /** The headers of the request: of `fetch`, of Node, or any object with lower-case names. */
  headers: Headers | Record<string, string | string[] | undefined>;
  /** The secret (`whsec_…`); several while you change it. */
  secret: string | readonly string[];
  /** How far the timestamp may be from your clock; 300 unless given. */
  toleranceSeconds?: number;
  /** The time now, for tests. */
  now?: Date;
}

/** Checks a webhook or an External API call by the Standard Webhooks scheme and answers with its JSON. */
export async function verifyWebhook<T = WebhookEvent>(options: VerifyOptions): Promise<T> {
  const header = (name: string) => {
    const { headers } = options;
    const value = headers instanceof Headers ? headers.get(name) : headers[name];
    const text = Array.isArray(value) ? value.join(" ") : value;
    if (!text) throw new WebhookVerificationError("missing_header", `The header ${name} is missing.`);
    return text;
  };
  const id = header("webhook-id");
  const timestamp = header("webhook-timestamp");
  const signatures = header("webhook-signature");
  checkTime(timestamp, options);
  const body = typeof options.body === "string" ? new TextEncoder().encode(options.body) : options.body;
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), body);
  const secrets = typeof options.secret === "string" ? [options.secret] : options.secret;
  const keys = await Promise.all(secrets.map(importKey));
  for (const signature of signatures.split(" ")) {
    const bytes = signature.startsWith("v1,") ? decode(signature.slice(3)) : undefined;
    for (const key of bytes ? keys : []) {
      // Compares in constant time.
      if (bytes && (await crypto.subtle.verify("HMAC", key, bytes, signed))) return JSON.parse(new TextDecoder().decode(body));
    }
  }
  throw new WebhookVerificationError("wrong_signature", "No signature fits: another secret, or the body was changed on its way.");
}

function checkTime(timestamp: string, options: VerifyOptions): void {
  if (!/^\d{1,15}$/.test(timestamp))
    throw new WebhookVerificationError("bad_timestamp", "The header webhook-timestamp is not a number of seconds.");
  const now = Math.floor((options.now ?? new Date()).getTime() / 1000);
  if (Math.abs(now - Number(timestamp)) > (options.toleranceSeconds ?? 300)) {
    throw new WebhookVerificationError("out_of_time", "The timestamp is too far from the clock: a replay, or a wrong clock.");
  }
}

function importKey(secret: string): Promise<CryptoKey> {
  const encoded = secret.startsWith("whsec_") ? secret.slice(6) : secret;
  const key = decode(encoded);
  if (!key || key.length === 0) throw new TypeError("A webhook secret is whsec_ and base64.");
  return crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}

function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
