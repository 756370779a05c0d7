import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../bench/harness.ts";
import { DECISIONS } from "../../bench/soak/mutants/decisions.ts";
import { EQUIVALENT } from "../../bench/soak/mutants/equivalent.ts";

const files = Object.values(DECISIONS).flatMap((part) => part.files);
const tests = Object.values(DECISIONS).flatMap((part) => part.tests);

test("each file of the runtime's decisions and of their tests exists, each decision once in the list", () => {
  expect([...files, ...tests].filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  expect(new Set(files).size).toBe(files.length);
});

test("each mutant that cannot be found is of a file that is run", () => {
  const known = files.map((file) => file.replace("lambdas/runtime/", ""));
  expect(Object.keys(EQUIVALENT).filter((file) => !known.includes(file))).toEqual([]);
});
