import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import sweeps from "../../bench/soak/sweeps.config.ts";

const cwd = join(import.meta.dirname, "../..");

/** Too long for the suite, which takes nothing of it. */
const LONG = ["test/console/recorder/recorded.ts"];

test("what the suite takes a share of, npm run soak:sweeps takes as a whole", () => {
  const shared = globSync("test/**/*.test.ts", { cwd }).filter((file) =>
    /from "[./]*\/seeds\.ts"/.test(readFileSync(join(cwd, file), "utf8")),
  );
  expect(shared.length).toBeGreaterThan(10);
  expect(globSync(sweeps.test!.include!, { cwd }).sort()).toEqual([...shared, ...LONG].sort());
});
