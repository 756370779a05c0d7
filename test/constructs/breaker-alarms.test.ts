import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import * as z from "zod";
import { BreakerAlarms } from "../../lib/constructs/breaker-alarms.ts";
import { defineBreaker } from "../../lib/contract/breaker.ts";
import { defineStep } from "../../lib/contract/step.ts";

const model = defineBreaker("model", { cooldown: "2 minutes" });
const step = (name: string, breaker?: typeof model) =>
  defineStep(name, {
    input: z.object({}),
    output: z.object({}),
    timeout: "1 minute",
    ...(breaker && { breaker }),
  });

test("a breaker that two steps share has one alarm, which describes the problem; a step without a breaker has no alarm", () => {
  const stack = new Stack();
  new BreakerAlarms(stack, "Breakers", { work: [step("a", model), step("b", model), step("c")] });
  const alarms = Object.values(Template.fromStack(stack).findResources("AWS::CloudWatch::Alarm"));
  expect(alarms.map(({ Properties }) => Properties)).toMatchObject([
    {
      Namespace: "Millrace/Default",
      MetricName: "BreakersOpened",
      Dimensions: [{ Name: "breaker", Value: "model" }],
      Threshold: 1,
      AlarmDescription: expect.stringMatching(/"model".*every 2 minutes.*Fix the downstream/),
    },
  ]);
});

test("two different breakers of one name are refused", () => {
  const twins = [step("a", model), step("b", defineBreaker("model"))];
  expect(() => new BreakerAlarms(new Stack(), "Breakers", { work: twins })).toThrow(
    /Two different breakers have the name "model"/,
  );
});
