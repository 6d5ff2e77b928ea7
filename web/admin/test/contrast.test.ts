/** Each pair of text and surface that the app uses is readable in each theme; a browser's checker cannot see all of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const css = readFileSync(join(import.meta.dirname, "../src/theme/tokens.css"), "utf8").replaceAll(/\/\*.*?\*\//gs, "");

/** The declarations of all rules whose selector fits, later ones winning. */
function declared(theme: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, selectors, body] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    const fits = selectors?.split(",").some((it) => it.trim() === ":root" || it.trim() === `:root[data-theme="${theme}"]`);
    if (fits) for (const [, name, value] of body?.matchAll(/(--[\w-]+):\s*([^;]+);/g) ?? []) found.set(name ?? "", value ?? "");
  }
  return found;
}

function colour(values: Map<string, string>, name: string): [number, number, number] {
  const value = values.get(name) ?? "";
  const other = /^var\((--[\w-]+)\)$/.exec(value)?.[1];
  if (other) return colour(values, other);
  const hex = /^#([0-9a-f]{6})$/.exec(value)?.[1];
  if (!hex) throw new Error(`${name} is no colour: “${value}”`);
  const at = (place: number) => Number.parseInt(hex.slice(place, place + 2), 16) / 255;
  return [at(0), at(2), at(4)];
}

function luminance([red, green, blue]: [number, number, number]): number {
  const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function contrast(one: [number, number, number], other: [number, number, number]): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ["--surface-0", "--surface-1", "--surface-2", "--surface-3", "--surface-raised"];
const ON_SURFACES = [
  "--text",
  "--text-muted",
  "--text-faint",
  "--accent-text",
  "--danger-text",
  "--warning-text",
  "--success-text",
  "--info-text",
  "--violet-text",
];
const SOFT = ["accent", "danger", "warning", "success", "info", "violet"];

/** Text needs 4.5:1; the edges of inputs and the focus ring 3:1. */
const pairs: [string, string, number][] = [
  ...SURFACES.flatMap((surface) => ON_SURFACES.map((text): [string, string, number] => [text, surface, 4.5])),
  ...SOFT.map((it): [string, string, number] => [`--${it}-soft-text`, `--${it}-soft`, 4.5]),
  ...SOFT.map((it): [string, string, number] => ["--text", `--${it}-soft`, 4.5]),
  ["--on-accent", "--accent", 4.5],
  ["--on-accent", "--accent-hover", 4.5],
  ["--on-danger", "--danger", 4.5],
  ["--on-danger", "--danger-hover", 4.5],
  ...SURFACES.map((surface): [string, string, number] => ["--focus-ring", surface, 3]),
  ...SURFACES.map((surface): [string, string, number] => ["--line-strong", surface, 3]),
];

describe.each(["light", "dark", "contrast"])("the %s theme", (theme) => {
  const values = declared(theme);
  it.each(pairs)("shows %s on %s with at least %f:1", (text, surface, least) => {
    expect(contrast(colour(values, text), colour(values, surface))).toBeGreaterThanOrEqual(least);
  });
});
