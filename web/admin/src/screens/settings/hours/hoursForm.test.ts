import { describe, expect, it } from "vitest";
import type { OpeningHours } from "../../../api/hours.ts";
import { faultOf, formOf, hoursOf, nextSpan } from "./hoursForm.ts";

const hours: OpeningHours = {
  weekly: [
    { day: "mon", from: "13:00", to: "24:00" },
    { day: "mon", from: "08:00", to: "12:00" },
  ],
  closed: [{ date: "2026-12-25", note: "Christmas" }, { date: "2026-12-24" }],
};

describe("opening hours in the form", () => {
  it("come back as they were, in their order", () => {
    expect(hoursOf(formOf(hours))).toEqual({
      weekly: [
        { day: "mon", from: "08:00", to: "12:00" },
        { day: "mon", from: "13:00", to: "24:00" },
      ],
      closed: [{ date: "2026-12-24" }, { date: "2026-12-25", note: "Christmas" }],
    });
  });
  it("are none where it is always open", () => {
    expect(hoursOf(formOf(null))).toBeNull();
    expect(formOf(undefined).isAlways).toBe(true);
  });
  it("take midnight for the end of the day", () => {
    const form = {
      isAlways: false,
      days: [{ day: "sun" as const, spans: [{ from: "20:00", to: "00:00" }] }],
      closed: [{ date: "", note: "x" }],
    };
    expect(hoursOf(form)).toEqual({ weekly: [{ day: "sun", from: "20:00", to: "24:00" }], closed: [] });
  });
});

describe("a day", () => {
  it.each([
    [[], null],
    [[{ from: "08:00", to: "12:00" }], null],
    [
      [
        { from: "13:00", to: "00:00" },
        { from: "08:00", to: "13:00" },
      ],
      null,
    ],
    [[{ from: "08:00", to: "" }], "missing"],
    [[{ from: "12:00", to: "08:00" }], "order"],
    [
      [
        { from: "08:00", to: "12:00" },
        { from: "11:59", to: "17:00" },
      ],
      "overlap",
    ],
  ])("of %j has the fault %s", (spans, fault) => {
    expect(faultOf({ day: "mon", spans })).toBe(fault);
  });
  it("gets another span after what it has", () => {
    expect(nextSpan({ day: "mon", spans: [] })).toEqual({ from: "08:00", to: "17:00" });
    const day = { day: "mon" as const, spans: [{ from: "08:00", to: "12:00" }] };
    expect(faultOf({ ...day, spans: [...day.spans, nextSpan(day)] })).toBeNull();
  });
});
