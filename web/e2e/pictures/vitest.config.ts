import { defineConfig } from "vitest/config";

/** Takes the pictures of README and guides anew, into `docs/pictures`: `npm run pictures`. */
export default defineConfig({
  test: {
    include: ["**/*.picture.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
