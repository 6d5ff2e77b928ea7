import { expect, it } from "vitest";
import { type Entry, search } from "./entries.ts";

const entry = (group: Entry["group"], label: string, also?: string): Entry => ({ id: label, group, label, also, run: () => undefined });
const entries = [
  entry("go", "Chatbots"),
  entry("go", "Settings → API and Webhook"),
  entry("bots", "Arzttermin", "DoctorAppointment"),
  entry("bots", "Überweisung", "Referral"),
  entry("acts", "New bot"),
];
const found = (words: string) => search(entries, words).map((it) => it.label);

it("offers everything before anything is typed", () => {
  expect(found("")).toHaveLength(entries.length);
});

it("puts beginnings of words before their middles", () => {
  expect(found("bot")).toEqual(["New bot", "Chatbots"]);
});

it("needs all words, in any order and without regard to accents", () => {
  expect(found("webhook set")).toEqual(["Settings → API and Webhook"]);
  expect(found("uberw")).toEqual(["Überweisung"]);
  expect(found("webhook bot")).toEqual([]);
});

it("finds bots by their function id too", () => {
  expect(found("doctorapp")).toEqual(["Arzttermin"]);
});
