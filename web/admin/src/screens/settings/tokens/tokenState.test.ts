import { expect, it } from "vitest";
import type { TokenView } from "../../../api/tokens.ts";
import { isInUse, tokenState } from "./tokenState.ts";

const now = Date.parse("2026-11-26T12:00:00Z");
const token: TokenView = {
  id: "tok_1",
  name: "Portal",
  kind: "bots_management",
  read_only: false,
  allow_ips: [],
  created_at: "2026-11-01T12:00:00.000Z",
  expires_at: null,
  last_used_at: null,
  revoked_at: null,
};

it.each([
  [{}, "active"],
  [{ expires_at: "2027-01-01T00:00:00.000Z" }, "active"],
  [{ expires_at: "2026-12-01T00:00:00.000Z" }, "expires_soon"],
  [{ expires_at: "2026-11-26T12:00:00.000Z" }, "expired"],
  [{ expires_at: "2027-01-01T00:00:00.000Z", revoked_at: "2026-11-02T00:00:00.000Z" }, "revoked"],
] as const)("a token with %o is %s", (changes, state) => {
  expect(tokenState({ ...token, ...changes }, now)).toBe(state);
});

it("is in use if it was used within a day", () => {
  expect(isInUse(token, now)).toBe(false);
  expect(isInUse({ ...token, last_used_at: "2026-11-26T00:00:00.000Z" }, now)).toBe(true);
  expect(isInUse({ ...token, last_used_at: "2026-11-24T00:00:00.000Z" }, now)).toBe(false);
});
