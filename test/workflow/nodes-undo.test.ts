import { expect, test } from "vitest";
import * as z from "zod";
import { defineStep, plan, stepsOf, undoStepsOf } from "../../lib/index.ts";
import { runWorkflow } from "./engine.ts";
import { print, textStep, workflowOf } from "./sample.ts";

const order = { id: "o1", amount: 7, lines: ["pen", "ink"], shelves: [], tags: {}, coupon: null };

const reserve = textStep("reserve");
const release = defineStep("release", {
  input: z.object({
    input: z.object({ text: z.string().optional() }),
    output: z.object({ text: z.string() }),
  }),
  output: z.object({}),
  timeout: "1 minute",
});

const reserving = workflowOf((w, order) => {
  const reserved = w.step(reserve, { text: order.id }, { undo: release });
  w.step(print, reserved.text);
});

test("a step's message names the step that undoes it", async () => {
  const ran = await runWorkflow(reserving, order, ({ step }) => ({
    result: step === "print" ? "p" : { text: "r" },
  }));
  expect(ran.messages.map(({ step, direction, undo }) => [step, direction, undo])).toEqual([
    ["reserve", "do", "release"],
    ["print", "do", undefined],
  ]);
});

test("a workflow's steps include those that undo", () => {
  expect(stepsOf(reserving)).toEqual([print, release, reserve]);
  expect(undoStepsOf(reserving)).toEqual([release]);
  expect(undoStepsOf(workflowOf((w) => w.step(print, "x")))).toEqual([]);
});

test("two undoing steps of one name are refused", () => {
  const other = defineStep("release", { input: release.input, output: release.output, timeout: "2 minutes" });
  const twice = workflowOf((w) => {
    w.step(reserve, {}, { undo: release });
    w.step(reserve, {}, { as: "again", undo: other });
  });
  expect(() => plan(twice)).toThrow(/uses two different steps named "release"/);
});

test("an escalation with a reason asks a person; a timeout is a decision", async () => {
  const workflow = workflowOf((w, order) => {
    const scored = w.step(print, order.id);
    const decided = w.escalate("operator", {
      why: scored,
      show: { id: order.id },
      within: "10 minutes",
      otherwise: "reject",
    });
    return { approved: decided.approved, by: decided.decidedBy };
  });
  const silent = await runWorkflow(workflow, order, ({ step }) =>
    step ? { result: "low confidence" } : undefined,
  );
  expect(silent).toMatchObject({ output: { approved: false, by: "timeout" }, seconds: 600 });
  expect(silent.messages[1]).toMatchObject({
    approval: "operator",
    why: "low confidence",
    show: { id: "o1" },
    within: 600_000,
  });
  const answered = await runWorkflow(workflow, order, ({ step }) => ({
    result: step ? "contradiction" : { approved: true, decidedBy: "ada" },
  }));
  expect(answered.output).toEqual({ approved: true, by: "ada" });
});
