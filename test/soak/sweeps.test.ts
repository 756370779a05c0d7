import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import sweeps from "../../bench/soak/sweeps.config.ts";

const cwd = join(import.meta.dirname, "../..");

test("what the suite takes a share of, npm run soak:sweeps takes as a whole", () => {
  const shared = globSync("test/**/*.test.ts", { cwd }).filter((file) =>
    /from "[./]*\/seeds\.ts"/.test(readFileSync(join(cwd, file), "utf8")),
  );
  expect(shared.length).toBeGreaterThan(10);
  expect(globSync(sweeps.test!.include!, { cwd }).sort()).toEqual(shared.sort());
});
