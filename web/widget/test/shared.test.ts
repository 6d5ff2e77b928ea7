import { describe, expect, test } from "vitest";
import { whoOf } from "../src/chat/keep.ts";
import { ar } from "../src/i18n/ar.ts";
import { de } from "../src/i18n/de.ts";
import { en } from "../src/i18n/en.ts";
import { es } from "../src/i18n/es.ts";
import { readAddress } from "../src/panel/address.ts";
import { joined } from "../src/panel/inputs/Address.tsx";
import { fits } from "../src/panel/inputs/Upload.tsx";
import { addMonths, prettyMoment, weeksOf } from "../src/panel/moments.ts";
import { accentPair, contrast, parseHex, type Rgb, readable } from "../src/shared/color.ts";
import { directionOf, pickLanguage } from "../src/shared/tongue.ts";

describe("colours", () => {
  test("whatever accent somebody chooses, the text on it can be read", () => {
    const steps = [0, 51, 102, 153, 204, 255];
    for (const red of steps)
      for (const green of steps)
        for (const blue of steps) {
          const { accent, onAccent } = accentPair([red, green, blue]);
          expect(contrast(accent, onAccent), `${red},${green},${blue}`).toBeGreaterThanOrEqual(4.5);
          for (const ground of [
            [240, 243, 246],
            [38, 48, 58],
          ] as const satisfies readonly Rgb[]) {
            expect(contrast(readable([red, green, blue], ground), ground)).toBeGreaterThanOrEqual(4.5);
          }
        }
  });

  test("only colours are read", () => {
    expect(parseHex("#0b6e79")).toEqual([11, 110, 121]);
    expect(parseHex("#fff")).toEqual([255, 255, 255]);
    for (const it of ["red", "#12345", "url(x)", "#0b6e79;x"]) expect(parseHex(it)).toBeNull();
  });
});

test("languages have a direction, and the nearest catalogue", () => {
  expect(["ar", "he-IL", "fa", "az-Arab"].map(directionOf)).toEqual(["rtl", "rtl", "rtl", "rtl"]);
  expect(["en", "de-CH", "ar-Latn"].map(directionOf)).toEqual(["ltr", "ltr", "ltr"]);
  expect(pickLanguage(["de-AT", "en"], ["en", "de"])).toBe("de");
  expect(pickLanguage(["fr", "en"], ["de", "en"])).toBe("en");
});

test("all languages have all words", () => {
  for (const words of [de, es, ar]) {
    expect(Object.keys(words)).toEqual(Object.keys(en));
    for (const [key, word] of Object.entries(words)) if (typeof word === "string") expect(word.trim(), key).not.toBe("");
  }
});

test("addresses of pages mean a bot", () => {
  const read = (path: string) => readAddress(new URL(path, "https://chat.example"));
  expect(read("/chat/wsp_1/ContactUs?lang=de")).toMatchObject({ workspace: "wsp_1", functionId: "ContactUs", language: "de" });
  expect(read("/chat/ContactUs")).toMatchObject({ workspace: "", functionId: "ContactUs" });
  expect(read("/widget/panel?workspace=wsp_1&function_id=ContactUs&host=https%3A%2F%2Fclinic.example")).toMatchObject({
    workspace: "wsp_1",
    functionId: "ContactUs",
    host: "https://clinic.example",
  });
});

describe("moments", () => {
  test("what the picker sent is shown as people write it, anything else as it is", () => {
    expect(prettyMoment("2026-12-03", "en-US")).toBe("December 3, 2026");
    expect(prettyMoment("2026-12-03T14:30", "de")).toBe("3. Dezember 2026 um 14:30");
    for (const it of ["tomorrow", "2026-12-03 or so", "2026-99-99", "2026-02-30", "2026-12-03T25:00", "555-12-03"])
      expect(prettyMoment(it, "en")).toBe(it);
  });

  test("months have their weeks, from the day on which weeks begin", () => {
    const day = { year: 2026, month: 2, day: 10 };
    expect(weeksOf(day, 7)).toHaveLength(4);
    expect(weeksOf(day, 1)).toHaveLength(5);
    for (const first of [1, 6, 7])
      expect(weeksOf({ year: 2026, month: 5, day: 1 }, first).flat()).toContainEqual({ year: 2026, month: 5, day: 31 });
  });

  test("the 31st of a shorter month is its last day", () => {
    expect(addMonths({ year: 2026, month: 1, day: 31 }, 1)).toEqual({ year: 2026, month: 2, day: 28 });
    expect(addMonths({ year: 2028, month: 2, day: 29 }, -12)).toEqual({ year: 2027, month: 2, day: 28 });
    expect(addMonths({ year: 2026, month: 1, day: 5 }, -1)).toEqual({ year: 2025, month: 12, day: 5 });
  });
});

test("addresses become one line, as the country writes them", () => {
  const parts = { street: "12 Main Street", city: "Springfield", state: "IL", postalCode: "62704" };
  expect(joined(parts, "en")).toBe("12 Main Street, Springfield, IL 62704");
  expect(joined({ street: "Hauptstraße 12", city: "Bonn", state: "", postalCode: "53111" }, "de")).toBe("Hauptstraße 12, 53111 Bonn");
});

test("files are of the kinds that are taken", () => {
  const file = { name: "Scan.PDF", type: "application/pdf" };
  expect([".pdf", "application/pdf", "application/*"].map((it) => fits(file, it))).toEqual([true, true, true]);
  expect([".png", "image/png", "image/*"].map((it) => fits(file, it))).toEqual([false, false, false]);
});

test("who an identity names can be compared and not read back", () => {
  const token = (sub: string) => `e30.${btoa(JSON.stringify({ sub }))}.x`;
  expect(whoOf(token("p-17"))).toBe(whoOf(token("p-17")));
  expect(whoOf(token("p-17"))).not.toBe(whoOf(token("p-18")));
  expect(whoOf(token("p-17"))).not.toContain("p-17");
  expect([whoOf(null), whoOf("nonsense")]).toEqual([null, null]);
});
