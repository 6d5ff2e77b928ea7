import { describe, expect, it } from "vitest";
import { judge, TOUCH_MS, WARNING_MS } from "./idle.ts";

const MINUTE = 60_000;
const ends = { expiresAt: 15 * MINUTE, endsAt: 720 * MINUTE };

describe("an unused session", () => {
  it("waits until the warning is due", () => {
    expect(judge(ends, 0, 0, 2 * MINUTE)).toEqual({ kind: "wait", forMs: 12 * MINUTE });
  });
  it("warns a minute before its end, and counts down", () => {
    expect(judge(ends, 0, 0, 14 * MINUTE)).toEqual({ kind: "warn", secondsLeft: 60, final: false });
    expect(judge(ends, 0, 0, 14 * MINUTE + 59_500)).toEqual({ kind: "warn", secondsLeft: 1, final: false });
  });
  it("is over at its end", () => {
    expect(judge(ends, 0, 0, 15 * MINUTE)).toEqual({ kind: "over" });
  });
});

describe("a session in use", () => {
  it("tells the server, but not more than once a minute", () => {
    expect(judge(ends, 0, 10_000, 20_000)).toEqual({ kind: "wait", forMs: TOUCH_MS - 20_000 });
    expect(judge(ends, 0, 10_000, TOUCH_MS)).toEqual({ kind: "touch" });
  });
  it("is not warned of while the server does not know of the use yet", () => {
    const late = 15 * MINUTE - WARNING_MS;
    expect(judge(ends, late - 1_000, late - 500, late)).toEqual({ kind: "touch" });
  });
  it("is not kept by use from before the computer slept", () => {
    expect(judge(ends, 0, 10_000, 14 * MINUTE + 5_000)).toEqual({ kind: "warn", secondsLeft: 55, final: false });
  });
  it("ends after twelve hours all the same, with a warning that nothing can put off", () => {
    const last = { expiresAt: 720 * MINUTE, endsAt: 720 * MINUTE };
    expect(judge(last, 0, 719 * MINUTE, 719 * MINUTE + 30_000)).toEqual({ kind: "warn", secondsLeft: 30, final: true });
  });
});
