import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The server that `npm run dev` talks to: the demo, unless told otherwise. */
const server = process.env.SMARTBOT_DEV_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/app/",
  plugins: [react()],
  build: {
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
            { name: "canvas", test: /node_modules[\\/](@xyflow|@dagrejs|d3-)/ },
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
          ],
        },
      },
    },
  },
  server: {
    // Snippets of the guides and `examples/` are shown in the app.
    fs: { allow: ["../.."] },
    proxy: {
      "/api": { target: server, changeOrigin: true, headers: { origin: server } },
      "/schemas": { target: server, changeOrigin: true },
      "/docs": { target: server, changeOrigin: true },
    },
  },
  preview: {
    proxy: {
      "/api": { target: server, changeOrigin: true, headers: { origin: server } },
      "/schemas": { target: server, changeOrigin: true },
    },
  },
});
