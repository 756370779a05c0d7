import { join } from "node:path";
import { defineConfig } from "vitest/config";
import tests from "../../vitest.config.ts";

/** `vitest run --config bench/soak/burst.config.ts`: two hundred films at once, and workers that are killed. */
export default defineConfig({
  test: {
    ...tests.test,
    projects: undefined,
    root: join(import.meta.dirname, "../.."),
    include: ["bench/soak/burst.ts"],
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
  },
});
