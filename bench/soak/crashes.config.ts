import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** `vitest run --config bench/soak/crashes.config.ts`: a crash at every call. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, "../.."),
    include: ["bench/soak/crashes.ts"],
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
  },
});
