import { resolve } from "node:path";
import { defineConfig } from "vite";
import { OUT, packed } from "./vite.shared.ts";

/** The script that pages of customers load: one file, by a name that stays. */
export default defineConfig({
  publicDir: false,
  plugins: [packed()],
  build: {
    outDir: OUT,
    // The pages were built into the same folder before.
    emptyOutDir: false,
    target: "es2022",
    lib: {
      entry: resolve(import.meta.dirname, "src/loader/main.ts"),
      formats: ["iife"],
      name: "SmartBotLoader",
      fileName: () => "loader.js",
    },
  },
});
