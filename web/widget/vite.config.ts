import { resolve } from "node:path";
import { defineConfig } from "vite";
import { OUT, packed, SDK, server } from "./vite.shared.ts";

/** The pages: the panel in its frame, the chat that fills a page, the demo. */
export default defineConfig({
  base: "/widget/",
  plugins: [packed()],
  resolve: { alias: SDK },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: "es2022",
    // The policy of the pages allows no `data:` scripts, and small files are cheap.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: Object.fromEntries(["panel", "chat", "demo"].map((it) => [it, resolve(import.meta.dirname, `${it}.html`)])),
    },
  },
  server: { fs: { allow: [".."] }, proxy: { "/api": { target: server, changeOrigin: true, headers: { origin: server } } } },
});
