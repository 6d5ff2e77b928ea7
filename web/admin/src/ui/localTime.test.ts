import { expect, it } from "vitest";
import { localInput, readLocalInput } from "./localTime.ts";

it("reads what it wrote, to the minute", () => {
  const at = Date.parse("2026-03-29T01:30:00.000Z");
  expect(readLocalInput(localInput(at))).toBe("2026-03-29T01:30:00.000Z");
});

it.each(["", "tomorrow", "2026-13-40T99:99"])("does not take “%s” for a time", (text) => {
  expect(readLocalInput(text)).toBeNull();
});
