import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PresenceStatus } from "../../src/api/desk.ts";
import { AWAY_AFTER_MS, change, watchUse } from "../../src/desk/away.ts";
import { noticeUse } from "../../src/session/use.ts";

describe("presence", () => {
  it.each([
    [true, "online", false, "away"],
    [true, "away", true, null],
    [true, "offline", false, null],
    [true, undefined, false, null],
    [false, "away", true, "online"],
    [false, "away", false, null],
    [false, "online", true, null],
  ] as const)("with nobody there: %s, %s, noticed: %s becomes %s", (isIdle, status, wasAuto, next) => {
    expect(change(isIdle, status, wasAuto)).toBe(next);
  });
});

describe("an agent", () => {
  let status: PresenceStatus;
  let stop: () => void;
  beforeEach(() => {
    vi.useFakeTimers();
    const unnotice = noticeUse();
    status = "online";
    const unwatch = watchUse(
      () => status,
      (next) => {
        status = next;
      },
    );
    stop = () => {
      unwatch();
      unnotice();
    };
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
  });
  const wait = () => vi.advanceTimersByTime(AWAY_AFTER_MS + 10_000);
  const touch = () => {
    dispatchEvent(new Event("pointerdown"));
    vi.advanceTimersByTime(10_000);
  };
  it("who touches nothing for a while is away, and back with the next touch", () => {
    wait();
    expect(status).toBe("away");
    touch();
    expect(status).toBe("online");
  });
  it("who chose to be away stays away, whatever is touched", () => {
    status = "away";
    wait();
    touch();
    expect(status).toBe("away");
  });
});
