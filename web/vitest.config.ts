import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["test/server.ts"],
    include: ["sdk/test/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
