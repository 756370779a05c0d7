import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { queueAges } from "../../../../lambdas/runtime/aws/queues/queue-ages.ts";

const url = (name: string) => `https://sqs.us-east-1.amazonaws.com/1/${name}`;

/** CloudWatch that answers from `values`, by the queue's name. */
function cloudwatch(values: Record<string, number[]>) {
  const asked: number[] = [];
  const send = async ({ input }: any) => {
    asked.push(input.MetricDataQueries.length);
    const MetricDataResults = input.MetricDataQueries.map(({ Id, MetricStat }: any) => {
      const [{ Value }] = MetricStat.Metric.Dimensions;
      if (Value === "broken") throw new Error("no");
      return { Id, Values: values[Value] ?? [] };
    });
    return { MetricDataResults };
  };
  return { asked, client: { send } as unknown as CloudWatchClient };
}

function look(values: Record<string, number[]>) {
  const { asked, client } = cloudwatch(values);
  const warnings: string[] = [];
  const time = { now: 0 };
  const log = { info() {}, error() {}, warn: (text: string) => void warnings.push(text) };
  return { asked, warnings, time, ages: queueAges(log, client, () => time.now) };
}

test("the newest value counts; a queue that CloudWatch does not know is left out", async () => {
  const { ages } = look({ inbox: [95, 30] });
  expect(await ages([url("inbox"), url("new")])).toEqual(new Map([[url("inbox"), 95]]));
});

test("a metric is paid for once a minute, for any number of viewers and of steps that share a queue", async () => {
  const { ages, asked, time } = look({ inbox: [95] });
  await ages([url("inbox"), url("inbox")]);
  time.now = 59_999;
  await ages([url("inbox")]);
  expect(asked).toEqual([1]);
  time.now = 60_000;
  await ages([url("inbox")]);
  expect(asked).toEqual([1, 1]);
});

test("more queues than fit into one call are read in several", async () => {
  const names = Array.from({ length: 501 }, (_, at) => `q${at}`);
  const { ages, asked } = look(Object.fromEntries(names.map((name, at) => [name, [at]])));
  expect((await ages(names.map(url))).get(url("q500"))).toBe(500);
  expect(asked.toSorted()).toEqual([1, 500]);
});

test("if CloudWatch does not answer, the rest is shown without it", async () => {
  const { ages, warnings } = look({});
  expect(await ages([url("broken")])).toEqual(new Map());
  expect(warnings).toEqual(["CloudWatch returned no message age."]);
});
