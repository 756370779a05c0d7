import { median, print, say, spread, table } from "../figures.ts";
import { type Medium, ratePerSecond, withEngines } from "./cloud.ts";

/**
 * What the engines do in a second, asked in this process by 64 callers, each answered when its change is on disk:
 * events through a rule into a queue, conditional puts, state transitions. Median of five, disk and memory alternating.
 */
const REPETITIONS = 5;
const OUTSTANDING = 64;
const EVENTS = 10_000;
const PUTS = 10_000;
const EXECUTIONS = 100;
const TRANSITIONS = 100;

type Rates = Record<Medium, number[]>;

async function events(medium: Medium): Promise<number> {
  let rate = 0;
  await withEngines(medium, async (kernel) => {
    const { QueueUrl } = await kernel.call("sqs", "CreateQueue", { QueueName: "orders" });
    await kernel.call("events", "PutRule", { Name: "orders", EventPattern: '{"source":["shop"]}' });
    const Targets = [{ Id: "queue", Arn: kernel.arn("sqs", "orders") }];
    await kernel.call("events", "PutTargets", { Rule: "orders", Targets });
    const Entries = Array.from({ length: 10 }, (_, number) => ({
      Source: "shop",
      DetailType: "order.placed",
      Detail: JSON.stringify({ number, customer: "c-17", lines: [{ article: "a-4", count: 2 }] }),
    }));
    const calls = EVENTS / Entries.length;
    const put = () => kernel.call("events", "PutEvents", { Entries });
    rate = Entries.length * (await ratePerSecond(kernel, calls, OUTSTANDING, put));
    const names = { QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] };
    const { Attributes } = await kernel.call("sqs", "GetQueueAttributes", names);
    if (Number(Attributes.ApproximateNumberOfMessages) !== EVENTS) throw new Error("Events are missing.");
  });
  return rate;
}

async function puts(medium: Medium): Promise<number> {
  let rate = 0;
  await withEngines(medium, async (kernel) => {
    const TableName = "claims";
    await kernel.call("dynamodb", "CreateTable", {
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    });
    const put = (position: number) =>
      kernel.call("dynamodb", "PutItem", {
        TableName,
        Item: { id: { S: `claim-${position}` }, owner: { S: "a" }, lease: { N: "1700000000" } },
        ConditionExpression: "attribute_not_exists(id)",
      });
    rate = await ratePerSecond(kernel, PUTS, OUTSTANDING, put);
  });
  return rate;
}

async function transitions(medium: Medium): Promise<number> {
  let rate = 0;
  await withEngines(medium, async (kernel) => {
    const states = Array.from({ length: TRANSITIONS }, (_, position) => {
      const next = position + 1 < TRANSITIONS ? { Next: `Step ${position + 1}` } : { End: true };
      return [`Step ${position}`, { Type: "Pass", ...next }];
    });
    const { stateMachineArn } = await kernel.call("states", "CreateStateMachine", {
      name: "hundred",
      roleArn: "arn:aws:iam::000000000000:role/bench",
      definition: JSON.stringify({ StartAt: "Step 0", States: Object.fromEntries(states) }),
    });
    const start = () => kernel.call("states", "StartExecution", { stateMachineArn, input: '{"hop":1}' });
    rate = TRANSITIONS * (await ratePerSecond(kernel, EXECUTIONS, OUTSTANDING, start));
    const statusFilter = "SUCCEEDED";
    const { executions } = await kernel.call("states", "ListExecutions", { stateMachineArn, statusFilter });
    if (executions.length !== EXECUTIONS) throw new Error("Executions did not succeed.");
  });
  return rate;
}

const rows: string[][] = [];
for (const [label, measure] of [
  ["events through rule → queue", events],
  ["conditional puts", puts],
  ["state transitions (Pass)", transitions],
] as const) {
  const rates: Rates = { disk: [], memory: [] };
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    for (const medium of ["disk", "memory"] as const) rates[medium].push(await measure(medium));
  }
  say(`${label}: ${median(rates.disk).toFixed(0)} on disk, ${median(rates.memory).toFixed(0)} in memory`);
  rows.push([label, spread(rates.disk), spread(rates.memory)]);
}
print(table(["a second", "on disk", "`--memory`"], rows));
