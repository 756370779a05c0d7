import { join } from "node:path";
import { defineConfig } from "vitest/config";
import tests from "../../vitest.config.ts";

/** `npm run soak:sweeps`: the sweeps of the suite, with many more seeds than it takes. */
export default defineConfig({
  test: {
    ...tests.test,
    projects: undefined,
    root: join(import.meta.dirname, "../.."),
    include: [
      "test/local/{coordination,simulation,waits}/faults.test.ts",
      "test/local/coordination/log.test.ts",
      "test/local/express/crashes.test.ts",
      "test/{constructs/limits,workflow/large-list}.test.ts",
      "test/local/{orders/orders,sagas/sagas,turns/turns,work/work}.test.ts",
    ],
    env: { CDK_VALIDATION: "false", MILLRACE_SOAK: "true" },
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
