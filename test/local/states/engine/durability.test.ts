import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Cloud, callback, functionArn, functions, queue, START } from "./cloud.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "states-"));
  path = join(folder, "cloud.db");
});

afterEach(() => rmSync(folder, { recursive: true }));

test("a Wait continues to its original time after a restart", async () => {
  const first = new Cloud({ path });
  const arn = await first.start(await first.machine({ Sleep: { Type: "Wait", Seconds: 60, End: true } }));
  await first.kill();
  const second = new Cloud({ path, now: START + 50_000 });
  await second.pass(9);
  expect((await second.describe(arn)).status).toBe("RUNNING");
  await second.pass(1);
  expect(await second.describe(arn)).toMatchObject({ status: "SUCCEEDED", stopDate: START / 1000 + 60 });
  await second.kill();
});

test("an outstanding token can be answered after a restart, and nothing is sent twice", async () => {
  const { service, bodies } = queue();
  const first = new Cloud({ path, services: { sqs: service } });
  const arn = await first.start(await first.machine({ Ask: callback({ TimeoutSeconds: 100 }) }));
  await first.kill();
  const second = new Cloud({ path, now: START + 1_000, services: { sqs: service } });
  await second.settle();
  expect(bodies).toHaveLength(1);
  await second.call("SendTaskSuccess", { taskToken: bodies[0].token, output: '"late"' });
  expect(await second.describe(arn)).toMatchObject({ status: "SUCCEEDED", output: "late" });
  await second.kill();
});

test("a call whose answer was lost is repeated", async () => {
  const calls: string[] = [];
  const never = functions({
    work: () => {
      calls.push("first");
      return new Promise(() => {});
    },
  });
  const first = new Cloud({ path, services: { lambda: never } });
  const machine = await first.machine({ Work: { Type: "Task", Resource: functionArn("work"), End: true } });
  const { executionArn } = await first.call("StartExecution", { stateMachineArn: machine });
  await new Promise(setImmediate);
  await first.kill();
  const answers = functions({
    work: () => {
      calls.push("second");
      return "done";
    },
  });
  const second = new Cloud({ path, now: START + 1_000, services: { lambda: answers } });
  await second.settle();
  expect(calls).toEqual(["first", "second"]);
  expect(await second.describe(executionArn)).toMatchObject({ status: "SUCCEEDED", output: "done" });
  await second.kill();
});

test("an iteration, a retry's pause and a child execution continue after a restart", async () => {
  const { service, bodies } = queue();
  const first = new Cloud({ path, services: { sqs: service } });
  const child = await first.machine({ Nap: { Type: "Wait", Seconds: 30, End: true } });
  const parent = await first.machine({
    Each: {
      Type: "Map",
      MaxConcurrency: 1,
      ItemProcessor: { StartAt: "Ask", States: { Ask: callback() } },
      Next: "Child",
    },
    Child: {
      Type: "Task",
      Resource: "arn:aws:states:::states:startExecution.sync:2",
      Parameters: { StateMachineArn: child, "Input.$": "$" },
      ResultSelector: { "output.$": "$.Output" },
      End: true,
    },
  });
  const arn = await first.start(parent, ["a", "b"]);
  await first.call("SendTaskSuccess", { taskToken: bodies[0].token, output: '"A"' });
  await first.settle();
  await first.kill();

  const second = new Cloud({ path, now: START + 1_000, services: { sqs: service } });
  expect(bodies.map(({ input }) => input)).toEqual(["a", "b"]);
  await second.call("SendTaskSuccess", { taskToken: bodies[1].token, output: '"B"' });
  await second.settle();
  await second.kill();

  const third = new Cloud({ path, now: START + 2_000 });
  await third.pass(60);
  expect(await third.describe(arn)).toMatchObject({ status: "SUCCEEDED", output: { output: ["A", "B"] } });
  await third.kill();
});
