/** Whether a token still opens anything. */
import type { TokenView } from "../../../api/tokens.ts";

export type TokenState = "active" | "expires_soon" | "expired" | "revoked";

const SOON_MS = 14 * 86_400_000;

export function tokenState(token: TokenView, now = Date.now()): TokenState {
  if (token.revoked_at) return "revoked";
  if (!token.expires_at) return "active";
  const left = Date.parse(token.expires_at) - now;
  if (left <= 0) return "expired";
  return left < SOON_MS ? "expires_soon" : "active";
}

/** Whether it was used within the last day: then somebody depends on it. */
export const isInUse = (token: TokenView, now = Date.now()): boolean =>
  token.last_used_at != null && now - Date.parse(token.last_used_at) < 86_400_000;
