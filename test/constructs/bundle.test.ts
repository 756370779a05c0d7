import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findHandlers } from "../../lib/constructs/bundle.ts";

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

test("two of one name are refused, with both", () => {
  write("a/draw.lambda.ts", "b/draw.lambda.ts");
  expect(() => findHandlers(folder)).toThrow(/Two handlers have the name "draw": .*a\/draw.*b\/draw/);
});

test("the one that knows awaited events lies in the folder itself: below, it is that of another app", () => {
  write("shop/waits.lambda.ts");
  expect(findHandlers(folder)).toEqual(new Map());
  write("waits.lambda.ts");
  expect(findHandlers(folder)).toEqual(new Map([["waits", join(folder, "waits.lambda.ts")]]));
});
