import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin, type ProxyOptions } from "vite";

/** The server that `npm run dev` talks to: the demo, unless told otherwise. */
const server = process.env.SMARTBOT_DEV_SERVER ?? "http://127.0.0.1:8080";

/** Where the server takes the files in from. */
const out = join(import.meta.dirname, "../dist/app");

/** Puts a packed copy beside each file that packing makes smaller, so that the server never packs one itself. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    async closeBundle() {
      const files = await readdir(out, { recursive: true, withFileTypes: true });
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

/** From its sources, so that nothing has to be built first. */
const SSE = { "@smartbot/sdk/sse": join(import.meta.dirname, "../sdk/src/sse.ts") };

/** What the server cuts, a stream above all, is cut for the browser as well. */
const cut: ProxyOptions["configure"] = (proxy) =>
  proxy.on("proxyRes", (answer, _, response) => {
    answer.on("close", () => {
      if (!answer.complete) response.destroy();
    });
  });

export default defineConfig({
  base: "/app/",
  plugins: [react(), packed()],
  resolve: { alias: SSE },
  build: {
    outDir: out,
    emptyOutDir: true,
    target: "es2023",
    manifest: true,
    // The policy of the page allows no `data:` fonts or scripts, and small files are cheap.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What changes seldom stays in the browser's cache over releases.
        codeSplitting: {
          groups: [
            // First: a group takes in what its modules import, and what the canvas shares with every screen belongs to every screen.
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler|zustand|use-sync-external-store)[\\/]/, priority: 2 },
            { name: "canvas", test: /node_modules[\\/](@xyflow|@dagrejs|d3-)/, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    // Snippets of the guides and `examples/` are shown in the app.
    fs: { allow: ["../.."] },
    proxy: {
      "/api": { target: server, changeOrigin: true, headers: { origin: server }, configure: cut },
      "/schemas": { target: server, changeOrigin: true },
      "/docs": { target: server, changeOrigin: true },
    },
  },
  preview: {
    proxy: {
      "/api": { target: server, changeOrigin: true, headers: { origin: server }, configure: cut },
      "/schemas": { target: server, changeOrigin: true },
    },
  },
});
