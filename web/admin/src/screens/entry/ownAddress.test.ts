import { expect, it } from "vitest";
import { ownAddress } from "./ownAddress.ts";

it("keeps addresses of the app", () => {
  expect(ownAddress("/bots/DoctorAppointment?version=3")).toBe("/bots/DoctorAppointment?version=3");
});

it.each([undefined, "", "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])(
  "does not follow %s",
  (wished) => {
    expect(ownAddress(wished)).toBe("/");
  },
);
