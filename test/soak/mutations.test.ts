import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../bench/harness.ts";
import { MUTATIONS } from "../../bench/soak/mutations.ts";

test.each(MUTATIONS)("the text that the fault $name replaces is once in $file", ({ file, from }) => {
  expect(readFileSync(join(ROOT, file), "utf8").split(from)).toHaveLength(2);
});
