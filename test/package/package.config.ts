import { join } from "node:path";
import { defineConfig } from "vitest/config";
import tests from "../../vitest.config.ts";

/** `npm run test:package`: installs the packed package from the registry, on each supported version of Node. */
export default defineConfig({
  test: {
    ...tests.test,
    projects: undefined,
    root: join(import.meta.dirname, "../.."),
    include: ["test/package/nodes.ts"],
    testTimeout: 900_000,
    hookTimeout: 600_000,
  },
});
