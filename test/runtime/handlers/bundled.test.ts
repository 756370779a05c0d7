import { join } from "node:path";
import { buildSync } from "esbuild";
import { expect, test } from "vitest";

test("a failed condition is recognised in a minified bundle, where classes have other names", async () => {
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, "../../../lambdas/runtime/aws/table/table.ts")],
    bundle: true,
    minify: true,
    write: false,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
  });
  const text = Buffer.from(outputFiles[0]!.contents).toString("base64");
  const { isConditionFailure } = await import(/* @vite-ignore */ `data:text/javascript;base64,${text}`);
  const failure = (name: string) => Object.assign(new Error("The conditional request failed"), { name });
  expect(isConditionFailure(failure("ConditionalCheckFailedException"))).toBe(true);
  expect(isConditionFailure(failure("ThrottlingException"))).toBe(false);
});
