import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../bench/harness.ts";
import { DECISIONS, TESTS } from "../../bench/soak/mutants/decisions.ts";
import { EQUIVALENT } from "../../bench/soak/mutants/equivalent.ts";

const files = Object.values(DECISIONS).flat();

test("each file of the runtime's decisions exists, once in the list, and there are tests", () => {
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  expect(new Set(files).size).toBe(files.length);
  expect(TESTS).toContain("test/runtime/completion/finish.test.ts");
});

test("each mutant that cannot be found is of a file that is run", () => {
  const known = files.map((file) => file.replace("lambdas/runtime/", ""));
  expect(Object.keys(EQUIVALENT).filter((file) => !known.includes(file))).toEqual([]);
});
