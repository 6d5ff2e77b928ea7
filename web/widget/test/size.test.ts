/** What visitors load must stay small. `npm run build` makes what is weighed here. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { OUT } from "../vite.shared.ts";

const packed = async (name: string) => gzipSync(await readFile(join(OUT, name)), { level: 9 }).length;

test("the script on the customer's page has at most 12 KB", async () => {
  expect(existsSync(join(OUT, "loader.js")), "npm run build -w widget").toBe(true);
  expect(await packed("loader.js")).toBeLessThanOrEqual(12_000);
});

test("the panel has at most 60 KB, with its looks and one language", async () => {
  const html = await readFile(join(OUT, "panel.html"), "utf8");
  const names = [...html.matchAll(/\/widget\/(assets\/[^"]+)/g)].map((it) => it[1] ?? "");
  expect(names.length).toBeGreaterThanOrEqual(2);
  const sizes = await Promise.all(names.map(packed));
  expect(sizes.reduce((sum, it) => sum + it, 0)).toBeLessThanOrEqual(60_000);
});

test("nothing stands in a page by itself, so that the policy can forbid it", async () => {
  for (const name of ["panel.html", "chat.html", "demo.html"]) {
    const html = await readFile(join(OUT, name), "utf8");
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*\ssrc=)|\son\w+=/);
  }
});

test("each script and sheet has a packed copy beside it", async () => {
  const names = await readdir(OUT, { recursive: true });
  const worth = names.filter((it) => /\.(js|css)$/.test(it));
  expect(worth.filter((it) => !names.includes(`${it}.gz`))).toEqual([]);
});
