import { expect, it } from "vitest";
import type { Settings } from "../../../api/settings.ts";
import { changedSettings, isShorter, regions } from "./settingsForm.ts";

const before: Settings = {
  time_zone: "Europe/Berlin",
  region: "DE",
  idle_minutes: 15,
  allow_new_fields: true,
  allowed_origins: ["https://a.example"],
  token_calls_per_minute: 0,
};

it("sends what changed, and nothing else", () => {
  expect(changedSettings(before, { ...before, allowed_origins: ["https://a.example"] })).toEqual({});
  expect(changedSettings(before, { ...before, idle_minutes: 30, allowed_origins: [] })).toEqual({ idle_minutes: 30, allowed_origins: [] });
});

it("sends no setting that the server does not know", () => {
  expect(changedSettings(before, { ...before, retention_days: 30 })).toEqual({});
});

it("warns of a retention that is shorter than before, and of no other", () => {
  expect(isShorter(null, 30)).toBe(true);
  expect(isShorter(365, 30)).toBe(true);
  expect(isShorter(30, 30)).toBe(false);
  expect(isShorter(30, 365)).toBe(false);
  expect(isShorter(30, null)).toBe(false);
  expect(isShorter(undefined, undefined)).toBe(false);
});

it("knows regions by name, and none that is no more", () => {
  const all = regions("en");
  expect(all).toContainEqual({ value: "DE", label: "Germany" });
  expect(all.some((it) => it.value === "DD" || it.value === "ZZ")).toBe(false);
});
