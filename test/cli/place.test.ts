import { join } from "node:path";
import { expect, test } from "vitest";
import { explain } from "../../bin/explain.ts";
import { placeIn } from "../../bin/place.ts";

const FILE = join(import.meta.dirname, "place.test.ts");
const LIB = join(import.meta.dirname, "../../lib/workflow/plan.ts");
const NODE = "    at importModule (node:internal/vm/module:525:15)";

test("an error of syntax is in the file that it begins with, not in the one that imports it", () => {
  expect(placeIn(`file://${FILE}:8\n  deadline "3 days",\n\nSyntaxError: Unexpected token\n${NODE}`)).toBe(
    `${FILE}:8`,
  );
});

test("any other error is at the innermost frame of the project's own code", () => {
  const frames = [
    NODE,
    `    at plan (file://${LIB}:93:28)`,
    `    at run (file://${FILE}:2:3)`,
    `    at ${FILE}:4:5`,
  ];
  expect(placeIn(["TypeError: no", ...frames].join("\n"))).toBe(`${FILE}:2:3`);
  expect(placeIn(`TypeError: no\n${NODE}`)).toBeUndefined();
});

test("a mistake in the function of a workflow is explained with its place", () => {
  const thrown = (...frames: string[]) =>
    Object.assign(new TypeError("w.stepp is not a function"), {
      stack: ["TypeError: …", ...frames].join("\n"),
    });
  const own = `    at run (file://${FILE}:10:25)`;
  const explained = "test/cli/place.test.ts:10:25: w.stepp is not a function";
  expect(explain(thrown(own, `    at plan (file://${LIB}:93:28)`))).toBe(explained);
  expect(explain(thrown(`    at step (file://${LIB}:93:28)`, own))).toBe(explained);
  // "fetch failed" has a caller in the project, too.
  expect(explain(thrown(NODE, own))).toBe("w.stepp is not a function");
});
