import { expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "../../lib/contract/step.ts";
import { compileCompensation } from "../../lib/workflow/compensation.ts";

const retry = { attempts: 3, backoff: "2 seconds" } as const;
const undo = { input: z.object({}), output: z.null(), timeout: "1 minute", retry } as const;

test("effects are undone one after another, each by its own step, with that step's retries", () => {
  const steps = [defineStep("cancel-flight", undo), defineStep("cancel-room", undo)];
  const machine = compileCompensation("trip", steps, { queueUrl: (step) => `https://sqs/${step}` });
  const { States } = machine as any;
  const map = States["one after another"];
  expect(map).toMatchObject({
    Items: "{% $states.input.undos %}",
    MaxConcurrency: 1,
    Output: { failed: "{% [$states.result[$exists(error)]] %}" },
    End: true,
  });
  const inner = map.ItemProcessor.States;
  expect(inner["which step"].Choices).toEqual([
    { Condition: "{% $states.input.step = 'cancel-flight' %}", Next: "undo by cancel-flight" },
    { Condition: "{% $states.input.step = 'cancel-room' %}", Next: "undo by cancel-room" },
  ]);
  expect(inner["undo by cancel-room"]).toMatchObject({
    Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    Arguments: {
      QueueUrl: "https://sqs/cancel-room",
      MessageBody: {
        run: "{% $merge([$states.context.Execution.Input.run, {'epoch': $states.input.epoch}]) %}",
        step: "cancel-room",
        path: "{% $states.input.path %}",
        direction: "undo",
        input: null,
      },
    },
    Retry: [{ ErrorEquals: ["Millrace.Retry"], MaxAttempts: 2 }, { ErrorEquals: expect.anything() }],
    Catch: [{ ErrorEquals: ["States.ALL"], Next: "not undone" }],
    End: true,
  });
});

test("a step that is no longer deployed is recorded as not undone", () => {
  const { States } = compileCompensation("trip", [], { queueUrl: (step) => step }) as any;
  const inner = States["one after another"].ItemProcessor.States;
  expect(inner["which step"].Default).toBe("unknown step");
  expect(inner["unknown step"].Output.error).toBe("{% 'Millrace.UnknownStep' %}");
});
