/** What the first screen costs: its script, and everything that it loads before it can be drawn. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

interface Chunk {
  file: string;
  imports?: string[];
  dynamicImports?: string[];
  css?: string[];
}

const dist = join(import.meta.dirname, "../../dist/app/");
const manifest: Record<string, Chunk> = existsSync(`${dist}.vite/manifest.json`)
  ? JSON.parse(readFileSync(`${dist}.vite/manifest.json`, "utf8"))
  : {};

/** A chunk with all that it imports. */
function closure(names: string[], seen = new Set<string>()): Set<string> {
  for (const name of names) {
    if (seen.has(name)) continue;
    seen.add(name);
    closure(manifest[name]?.imports ?? [], seen);
  }
  return seen;
}

const zipped = (names: Iterable<string>): number =>
  [...names].reduce((sum, name) => sum + gzipSync(readFileSync(dist + (manifest[name]?.file ?? ""))).length, 0);

const screen = (name: string): string => Object.keys(manifest).find((it) => it.endsWith(name)) ?? `no ${name} in the manifest`;

describe("the built app", () => {
  it("is there", () => {
    expect(Object.keys(manifest), "run `npm run build` first").not.toEqual([]);
  });
  it.each([
    ["the sign-in", ["SignInScreen.tsx", "en/entry.json"]],
    ["the list of bots", ["Shell.tsx", "BotsScreen.tsx", "en/bots.json"]],
  ])("shows %s for less than 200 KB of script, its words included", (_, names) => {
    expect(zipped(closure(["index.html", ...names.map(screen)]))).toBeLessThan(200_000);
  });
  it("keeps the Bot Builder and its canvas out of all other screens", () => {
    const builder = screen("BuilderScreen.tsx");
    // The editor of FAQ bots is opened by the Bot Builder's screen alone, and saves as that does.
    const inside = [builder, screen("FaqScreen.tsx")];
    const others = Object.keys(manifest).filter((it) => it.endsWith("Screen.tsx") && !inside.includes(it));
    const loaded = closure(["index.html", ...others]);
    expect(loaded.has(builder)).toBe(false);
    expect([...loaded].filter((it) => manifest[it]?.file.includes("canvas"))).toEqual([]);
  });
});
