import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/temporary-folder.ts",
    // One worker less than there are processors, the default, would be one on a small machine.
    maxWorkers: "100%",
    // The CDK's check of templates takes longer than synthesis; nag.test.ts asks for it, once for each app.
    env: { CDK_VALIDATION: "false" },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
