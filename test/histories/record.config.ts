import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** `npm run record`: makes the recordings in this folder anew. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, "../.."),
    include: ["test/histories/record.ts"],
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
