import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findHandlers } from "../../lib/constructs/bundles/find-handlers.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-handlers-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), "");
  }
}

test("handlers are found by name at any depth, and no other files", () => {
  write("a/draw.lambda.ts", "a/b/print.lambda.ts", "a/steps.ts", "a/node_modules/c/other.lambda.ts");
  expect(findHandlers(folder)).toEqual(
    new Map([
      ["print", join(folder, "a/b/print.lambda.ts")],
      ["draw", join(folder, "a/draw.lambda.ts")],
    ]),
  );
});

test("two with one name are refused, with both paths", () => {
  write("a/draw.lambda.ts", "b/draw.lambda.ts");
  expect(() => findHandlers(folder)).toThrow(/Two handlers have the name "draw": .*a\/draw.*b\/draw/);
});

test("the one for awaited events is in the folder itself: in a folder below, it belongs to another app", () => {
  write("shop/waits.lambda.ts");
  expect(findHandlers(folder)).toEqual(new Map());
  write("waits.lambda.ts");
  expect(findHandlers(folder)).toEqual(new Map([["waits", join(folder, "waits.lambda.ts")]]));
});
