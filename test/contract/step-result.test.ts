import { expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import { defineStep, stepResult } from "../../lib/index.ts";

const write = defineStep("write", {
  input: z.object({}),
  output: z.object({ text: z.string() }),
  timeout: "1 minute",
});
const done = { step: "write", direction: "do", state: "done" };
const run = {
  run: "make-film-x",
  steps: [
    { ...done, path: "write", result: { text: "first" } },
    { ...done, path: "revise[2]/write", result: { text: "second" } },
    { ...done, path: "revise[3]/write", state: "running" },
    { ...done, path: "large", result: { bytes: 70_000 } },
    { ...done, path: "write", direction: "undo", result: null },
  ],
};

test("the result of a step in a live run has the type of its contract", async () => {
  const result = await stepResult(run, write);
  expectTypeOf(result).toEqualTypeOf<{ text: string } | undefined>();
  expect(result).toEqual({ text: "first" });
  expect(await stepResult(run, write, "revise[2]/write")).toEqual({ text: "second" });
});

test("a step that is not done, or is another one, has no result", async () => {
  expect(await stepResult(run, write, "revise[3]/write")).toBeUndefined();
  expect(await stepResult(run, write, "unknown")).toBeUndefined();
  const other = defineStep("cut", { input: z.object({}), output: z.null(), timeout: "1 minute" });
  expect(await stepResult(run, other, "write")).toBeUndefined();
});

test("a result that does not match the contract is an error that says where", async () => {
  await expect(stepResult(run, write, "large")).rejects.toThrow(
    /The result of large in run make-film-x does not match the contract of step "write"/,
  );
});
