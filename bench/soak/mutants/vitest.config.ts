import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** The tests of a part of the runtime, for Stryker: in one process, and without those that are slow. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, "../../.."),
    include: (process.env.MUTANTS_TESTS ?? "test/runtime/**/*.test.ts").split(","),
    setupFiles: [join(import.meta.dirname, "skip-slow.ts")],
    isolate: false,
    // Node loads the instrumented sources as they are: Vite takes three times as long.
    experimental: { viteModuleRunner: false },
    testTimeout: 15_000,
    hookTimeout: 120_000,
  },
});
