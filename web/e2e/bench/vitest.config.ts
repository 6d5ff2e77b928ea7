import { defineConfig } from "vitest/config";

/** Measurements: `npx vitest run --root e2e/bench`. They print figures and hold nobody to them, because machines differ. */
export default defineConfig({
  test: {
    include: ["**/*.measure.ts"],
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
