/** Who a visitor is, as your server says. */
export interface IdentityClaims {
  /** Your own id of the person, the `external_id` of the user. */
  sub: string;
  /** Profile fields to set. */
  fields?: Record<string, unknown>;
}

/**
 * Signs who a visitor is, with the widget key of your workspace. Call it on your server for a person who is signed in there, and hand the
 * result to `SmartBot.identify` in the page; the key never leaves the server. It is valid for five minutes unless you say otherwise.
 */
export async function signIdentity(claims: IdentityClaims, key: string, options: { seconds?: number; now?: Date } = {}): Promise<string> {
  const now = Math.floor((options.now ?? new Date()).getTime() / 1000);
  const bytes = new TextEncoder();
  const part = (value: unknown) => encode(bytes.encode(JSON.stringify(value)));
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part({ ...claims, iat: now, exp: now + (options.seconds ?? 300) })}`;
  const secret = await crypto.subtle.importKey("raw", bytes.encode(key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return `${signed}.${encode(new Uint8Array(await crypto.subtle.sign("HMAC", secret, bytes.encode(signed))))}`;
}

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
