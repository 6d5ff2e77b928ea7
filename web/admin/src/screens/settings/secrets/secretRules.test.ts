import { expect, it } from "vitest";
import { isSecretName, reference, secretsIn } from "./secretRules.ts";

it("knows what the server takes as a name", () => {
  expect(["portal", "P", "a_b-9", "a".repeat(64)].every(isSecretName)).toBe(true);
  expect(["", "9a", "_a", "a b", "ä", "a".repeat(65)].some(isSecretName)).toBe(false);
});

it("finds the secrets that headers name", () => {
  expect(secretsIn(`Bearer ${reference("portal")}`)).toEqual(["portal"]);
  expect(secretsIn("{{secret:a}}-{{secret:b}}-{{secret:a}} {field} {{secret:}}")).toEqual(["a", "b"]);
  expect(secretsIn("Bearer plain")).toEqual([]);
});
