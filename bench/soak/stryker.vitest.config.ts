import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** The tests of the runtime, for `npm run soak:mutate`: in one process, since most of them are small. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, "../.."),
    include: ["test/runtime/**/*.test.ts"],
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
