import { defineConfig } from "vitest/config";
import { SDK } from "./vite.shared.ts";

export default defineConfig({
  resolve: { alias: SDK },
  test: { environment: "happy-dom", include: ["test/**/*.test.{ts,tsx}"], css: false },
});
