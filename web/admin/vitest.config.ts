import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@smartbot/sdk/sse": join(import.meta.dirname, "../sdk/src/sse.ts") } },
  server: { fs: { allow: ["../.."] } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}", "test/**/*.test.{ts,tsx}"],
    setupFiles: ["test/setup.ts"],
    css: false,
    // Machines that build other things at the same time are slow; nothing here waits for a time.
    testTimeout: 30_000,
  },
});
