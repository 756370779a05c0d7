import { expect, test } from "vitest";
import { Cloud, callback, functionArn, functions, queue } from "./cloud.ts";

const each = (more: object) => ({ Each: { Type: "Map", QueryLanguage: "JSONata", End: true, ...more } });
const asks = { StartAt: "Ask", States: { Ask: callback() } };

test("results keep the order of the items whatever the order of the answers", async () => {
  const { service, bodies } = queue();
  const cloud = new Cloud({ services: { sqs: service } });
  const arn = await cloud.start(await cloud.machine(each({ ItemProcessor: asks })), ["a", "b", "c"]);
  for (const { token, input } of [...bodies].reverse()) {
    await cloud.call("SendTaskSuccess", { taskToken: token, output: JSON.stringify(input.toUpperCase()) });
  }
  expect((await cloud.describe(arn)).output).toEqual(["A", "B", "C"]);
});

test("as many iterations run at once as allowed, 40 without a limit", async () => {
  for (const [MaxConcurrency, running] of [
    [undefined, 40],
    [0, 40],
    [3, 3],
  ]) {
    const { service, bodies } = queue();
    const cloud = new Cloud({ services: { sqs: service } });
    const items = Array.from({ length: 50 }, (_, index) => index);
    await cloud.start(await cloud.machine(each({ ItemProcessor: asks, MaxConcurrency })), items);
    expect(bodies).toHaveLength(running!);
    await cloud.call("SendTaskSuccess", { taskToken: bodies[0].token, output: "0" });
    await cloud.settle();
    expect(bodies).toHaveLength(running! + 1);
  }
});

test("an iteration sees its item, its index and the variables around it, and keeps its own to itself", async () => {
  const cloud = new Cloud();
  const states = {
    Set: { Type: "Pass", QueryLanguage: "JSONata", Assign: { factor: 10 }, Next: "Each" },
    ...each({
      Items: "{% $states.input.numbers %}",
      ItemSelector: {
        number: "{% $states.context.Map.Item.Value %}",
        at: "{% $states.context.Map.Item.Index %}",
      },
      ItemProcessor: {
        StartAt: "Multiply",
        States: {
          Multiply: {
            Type: "Pass",
            QueryLanguage: "JSONata",
            Assign: { product: "{% $states.input.number * $factor + $states.context.Map.Item.Index %}" },
            Next: "Answer",
          },
          Answer: { Type: "Pass", QueryLanguage: "JSONata", Output: "{% $product %}", End: true },
        },
      },
    }),
  };
  expect((await cloud.run(states, { numbers: [1, 2, 3] })).output).toEqual([10, 21, 32]);
});

test("an iteration that fails ends the Map, whose history follows the failed iteration", async () => {
  const cloud = new Cloud();
  const states = each({
    MaxConcurrency: 1,
    ItemProcessor: {
      StartAt: "Odd",
      States: {
        Odd: {
          Type: "Choice",
          QueryLanguage: "JSONata",
          Choices: [{ Condition: "{% $states.input % 2 = 1 %}", Next: "Fine" }],
          Default: "Even",
        },
        Fine: { Type: "Succeed", QueryLanguage: "JSONata" },
        Even: { Type: "Fail", QueryLanguage: "JSONata", Error: "Even" },
      },
    },
  });
  const arn = await cloud.start(await cloud.machine(states), [1, 2, 3]);
  expect(await cloud.describe(arn)).toMatchObject({ status: "FAILED", error: "Even" });
  const tail = (await cloud.history(arn))
    .slice(-4)
    .map(({ id, previousEventId, type }) => [id, previousEventId, type]);
  expect(tail).toEqual([
    [13, 12, "FailStateEntered"],
    [14, 13, "MapIterationFailed"],
    [15, 13, "MapStateFailed"],
    [16, 15, "ExecutionFailed"],
  ]);
});

test("a distributed Map tolerates as many failures as it declares, and its steps are not in the history", async () => {
  const lambda = functions({
    work: (number: number) => {
      if (number < 0) throw new Error("negative");
      return number * 2;
    },
  });
  const distributed = (ToleratedFailureCount: number) =>
    each({
      ToleratedFailureCount,
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
        StartAt: "Work",
        States: { Work: { Type: "Task", Resource: functionArn("work"), End: true } },
      },
    });
  const cloud = new Cloud({ services: { lambda } });
  const failed = expect.objectContaining({ Status: "FAILED", Error: "Error", Input: "-1" });
  expect((await cloud.run(distributed(1), [1, -1, 3])).output).toEqual([2, failed, 6]);
  const arn = await cloud.start(await cloud.machine(distributed(1)), [-1, 1, -1]);
  expect(await cloud.describe(arn)).toMatchObject({
    status: "FAILED",
    error: "States.ExceedToleratedFailureThreshold",
    cause: "The specified tolerated failure threshold was exceeded",
  });
  expect(await cloud.types(arn)).toEqual([
    "ExecutionStarted",
    "MapStateEntered",
    "MapStateStarted",
    "MapRunStarted",
    "MapRunFailed",
    "MapStateFailed",
    "ExecutionFailed",
  ]);
});

test("a step of a wide Map writes no more than a step of a narrow one", async () => {
  const written = async (width: number) => {
    const { service, bodies } = queue();
    const cloud = new Cloud({ services: { sqs: service } });
    const items = Array.from({ length: width }, (_, index) => ({ index, text: "x".repeat(50) }));
    await cloud.start(await cloud.machine(each({ ItemProcessor: asks, MaxConcurrency: 2 })), items);
    let bytes = 0;
    const { store } = cloud.kernel;
    const run = store.run.bind(store);
    store.run = (sql, ...values) => {
      bytes += values.reduce<number>((sum, value) => sum + String(value).length, 0);
      return run(sql, ...values);
    };
    await cloud.call("SendTaskSuccess", { taskToken: bodies[0].token, output: "1" });
    await cloud.settle();
    return bytes;
  };
  expect(await written(2_000)).toBeLessThan((await written(20)) * 1.2);
});
