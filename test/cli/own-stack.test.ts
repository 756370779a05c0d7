import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeLine } from "../../bin/log-line.ts";
import { ownStack } from "../../bin/own-stack.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-stack-"));
  mkdirSync(join(folder, "workflows"));
  writeFileSync(join(folder, "workflows/find.lambda.ts"), "one\ntwo\nthrow here\nfour\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Long after the file was written. */
const LATER = Date.now() + 3_600_000;
const stack = (own: string) =>
  [
    "TypeError: no such user",
    "of this name",
    own,
    "    at TR (/app/node_modules/millrace/dist/lambdas/runtime/work/attempt.js:43:22)",
    "    at qot (/repository/lambdas/runtime/work/work.ts:81:25)",
    "    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)",
  ].join("\n");

test.each(["code (PATH:3:1)", "async ame (file://PATH:3:1)", "PATH:3:1"])(
  "a stack has the project's own frames, without the names of bundled functions, and the code: %s",
  (frame) => {
    const own = `    at ${frame.replace("PATH", join(folder, "workflows/find.lambda.ts"))}`;
    expect(ownStack(stack(own), LATER, folder).join("\n").trimEnd()).toBe(`TypeError: no such user
of this name
    at workflows/find.lambda.ts:3:1

  1 | one
  2 | two
> 3 | throw here
    | ^
  4 | four
  5 |`);
  },
);

test("code that was written after the line was logged is said to be that of now", () => {
  const own = `    at code (${join(folder, "workflows/find.lambda.ts")}:3:1)`;
  const lines = ownStack(stack(own), 0, folder);
  expect(lines.slice(3, 7)).toEqual([
    "",
    "The file was changed since then. Its code is now:",
    "  1 | one",
    "  2 | two",
  ]);
});

test("a frame in another folder has its whole path; without the file there is no code", () => {
  expect(ownStack(stack("    at x (/elsewhere/find.lambda.ts:3:1)"), LATER, folder)).toEqual([
    "TypeError: no such user",
    "of this name",
    "    at /elsewhere/find.lambda.ts:3:1",
  ]);
});

test.each(["    at x (/var/task/index.mjs:1:2000)", "    at x (/repository/lambdas/runtime/a.ts:1:2)", ""])(
  "a stack without a frame in the project's sources is shown whole: %s",
  (frame) => {
    expect(ownStack(stack(frame), LATER, folder).join("\n")).toBe(stack(frame));
  },
);

test("the line of a failed step has the own stack", () => {
  const error = { name: "TypeError", stack: stack("    at x (/elsewhere/find.lambda.ts:3:1)") };
  const text = JSON.stringify({ level: "ERROR", service: "find", message: "find failed", error });
  expect(describeLine({ id: "1", at: 0, text })).not.toMatch(/runtime|node:internal|TR/);
});
