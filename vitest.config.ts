import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A failure names the seed of a property test; a slow machine is not a failure.
    slowTestThreshold: 5_000,
  },
});
