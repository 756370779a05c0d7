import { join } from "node:path";
import { defineConfig } from "vitest/config";
import tests from "../../vitest.config.ts";

/** `npm run record`: records this folder again. */
export default defineConfig({
  test: {
    ...tests.test,
    projects: undefined,
    root: join(import.meta.dirname, "../.."),
    include: ["test/histories/record.ts"],
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
