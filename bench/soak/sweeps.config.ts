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
      "test/end-to-end/{coordination,video,waits}/faults.test.ts",
      "test/end-to-end/video/crashes.test.ts",
      "test/console/recorder/recorded.ts",
      "test/end-to-end/{coordination/log,express/crashes,triggers/thresholds,waits/signals}.test.ts",
      "test/{constructs/limits,workflow/large-list,workflow/random,local/wire/bad-input}.test.ts",
      "test/end-to-end/{batches/batches,branches/branches,lists/lists,orders/orders,quorum/quorum,races/races}.test.ts",
      "test/end-to-end/{sagas/sagas,shared-limits/shared-limits,turns/turns,work/work}.test.ts",
    ],
    env: { CDK_VALIDATION: "false", MILLRACE_SOAK: "true" },
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
