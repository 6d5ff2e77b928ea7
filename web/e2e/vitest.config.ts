import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./lib/patience.ts";

export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    // Each file has a server and a browser of its own, and waits for them more than it works: two run beside each other, also where there are two
    // processors only, of which Vitest would leave one to itself.
    maxWorkers: 2,
    // For conditions that come at once on a machine with nothing else to do; the longest test takes a minute there.
    expect: { poll: { timeout: PATIENCE_MS } },
    testTimeout: 600_000,
    hookTimeout: 180_000,
  },
});
