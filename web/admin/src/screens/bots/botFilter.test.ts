import { expect, it } from "vitest";
import type { BotSummary } from "../../api/bots.ts";
import { ALL_BOTS, type BotFilter, fits, readBotFilter } from "./botFilter.ts";

const bot: BotSummary = {
  id: "bot_1",
  function_id: "DoctorAppointment",
  name: "Doctor appointment",
  type: "flow",
  status: "active",
  live_version: 7,
  draft_revision: 9,
  draft_changed: true,
  problems: { errors: 0, warnings: 1 },
  last_7_days: { sessions: 214, completed: 131 },
  created_at: "2026-11-01T10:00:00.000Z",
  updated_at: "2026-11-20T10:00:00.000Z",
  updated_by: null,
  published_at: "2026-11-20T10:00:00.000Z",
};
const all: BotFilter = ALL_BOTS;

it("finds by name and by function id", () => {
  expect(fits(bot, { ...all, q: " APPOINT " })).toBe(true);
  expect(fits(bot, { ...all, q: "doctorapp" })).toBe(true);
  expect(fits(bot, { ...all, q: "insurance" })).toBe(false);
});

it.each([
  ["live", true],
  ["not_live", false],
  ["changed", true],
] as const)("filters by %s", (live, shown) => {
  expect(fits(bot, { ...all, live })).toBe(shown);
});

it("shows bots with problems only, warnings included", () => {
  expect(fits(bot, { ...all, problems: true })).toBe(true);
  expect(fits({ ...bot, problems: { errors: 0, warnings: 0 } }, { ...all, problems: true })).toBe(false);
});

it("reads nonsense in an address as no filter", () => {
  expect(readBotFilter({ q: 7, status: "x", live: "x", problems: "yes", sort: {} })).toEqual(all);
});
