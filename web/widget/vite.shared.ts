/** What the two builds have in common. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Plugin } from "vite";

/** The server that `npm run dev` talks to: the demo, unless told otherwise. */
export const server = process.env.SMARTBOT_DEV_SERVER ?? "http://127.0.0.1:8080";

/** Where the server takes the files in from. */
export const OUT = join(import.meta.dirname, "../dist/widget");

/** The sources of the SDK, so that only what is used goes in, and no build of it has to come first. */
export const SDK = { "@smartbot/sdk": join(import.meta.dirname, "../sdk/src/index.ts") };

/** Puts a packed copy beside each file that packing makes smaller, so that the server never packs one itself. */
export function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    async closeBundle() {
      const files = await readdir(OUT, { recursive: true, withFileTypes: true });
      const worth = files.filter((it) => it.isFile() && /\.(js|css|svg|json)$/.test(it.name));
      await Promise.all(
        worth.map(async (it) => {
          const file = join(it.parentPath, it.name);
          await writeFile(`${file}.gz`, await promisify(gzip)(await readFile(file), { level: 9 }));
        }),
      );
    },
  };
}
