import { expect, test } from "vitest";
import { ServiceError } from "../../../../local/kernel/errors.ts";
import type { Operation } from "../../../../local/kernel/service.ts";
import { Cloud, functionArn, functions, START } from "./cloud.ts";

const lambda = () =>
  functions({
    work(number: number) {
      if (number < 0) throw new Error("negative");
      return [number, number * 2];
    },
  });

const NAP = { Nap: { Type: "Wait", Seconds: 60, End: true } };
const WORK = { Work: { Type: "Task", Resource: functionArn("work"), End: true } };

const each = (states: object, fields: object = {}) => ({
  Each: {
    Type: "Map",
    Label: "Each",
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
      StartAt: Object.keys(states)[0],
      States: states,
    },
    End: true,
    ...fields,
  },
});

/** A bucket that keeps what is put into it, by key. */
function bucket() {
  const objects: Record<string, any> = {};
  const PutObject: Operation = ({ Bucket, Key, Body }, { caller }) => {
    expect([Bucket, caller]).toEqual(["b", "arn:aws:iam::000000000000:role/machine"]);
    objects[Key] = Body;
  };
  return { objects, s3: { PutObject } };
}

const toBucket = { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "b", Prefix: "out" } };

async function runOf(cloud: Cloud, executionArn: string): Promise<any> {
  const { mapRuns } = await cloud.call("ListMapRuns", { executionArn });
  return await cloud.call("DescribeMapRun", { mapRunArn: mapRuns[0].mapRunArn });
}

test("a Map without a label has the same one in all of its runs", async () => {
  const cloud = new Cloud();
  const machine = await cloud.machine(each({ Say: { Type: "Pass", End: true } }, { Label: undefined }));
  const runs = [await cloud.start(machine, [1]), await cloud.start(machine, [2])];
  await cloud.settle();
  const [first, second] = await Promise.all(runs.map((arn) => runOf(cloud, arn)));
  const [label] = /machine-1\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:/.exec(first.mapRunArn)!;
  expect(second.mapRunArn).toContain(label);
  expect(second.mapRunArn).not.toBe(first.mapRunArn);
});

test("a Map Run is described while it runs and when it has ended", async () => {
  const cloud = new Cloud();
  const machine = await cloud.machine(each(NAP, { MaxConcurrency: 2 }));
  const arn = await cloud.start(machine, [1, 2, 3]);
  const counts = { timedOut: 0, resultsWritten: 0, failuresNotRedrivable: 0, pendingRedrive: 0, total: 3 };
  const running = { pending: 1, running: 2, succeeded: 0, failed: 0, aborted: 0, ...counts };
  expect(await runOf(cloud, arn)).toEqual({
    mapRunArn: expect.stringMatching(
      /^arn:aws:states:us-east-1:000000000000:mapRun:machine-1\/Each:[0-9a-f-]{36}$/,
    ),
    executionArn: arn,
    status: "RUNNING",
    startDate: START / 1000,
    maxConcurrency: 2,
    toleratedFailurePercentage: 0,
    toleratedFailureCount: 0,
    itemCounts: running,
    executionCounts: running,
    redriveCount: 0,
  });
  await cloud.pass(120);
  expect(await runOf(cloud, arn)).toMatchObject({
    status: "SUCCEEDED",
    stopDate: START / 1000 + 120,
    executionCounts: { pending: 0, running: 0, succeeded: 3, resultsWritten: 3, total: 3 },
  });
  const { mapRuns } = await cloud.call("ListMapRuns", { executionArn: arn });
  expect(mapRuns).toMatchObject([{ executionArn: arn, stateMachineArn: machine, startDate: START / 1000 }]);
});

test("items are counted apart from the child workflows that take several of them", async () => {
  const cloud = new Cloud();
  const arn = await cloud.start(
    await cloud.machine(each(NAP, { ItemBatcher: { MaxItemsPerBatch: 2 }, MaxConcurrency: 1 })),
    [1, 2, 3],
  );
  expect(await runOf(cloud, arn)).toMatchObject({
    executionCounts: { pending: 1, running: 1, total: 2 },
    itemCounts: { pending: 1, running: 2, total: 3 },
  });
  await cloud.pass(120);
  expect((await runOf(cloud, arn)).itemCounts).toMatchObject({ succeeded: 3, total: 3 });
});

test("what runs when the execution is stopped is aborted", async () => {
  const cloud = new Cloud();
  const arn = await cloud.start(await cloud.machine(each(NAP, { MaxConcurrency: 1 })), [1, 2]);
  await cloud.call("StopExecution", { executionArn: arn });
  expect(await runOf(cloud, arn)).toMatchObject({
    status: "ABORTED",
    executionCounts: { pending: 1, running: 0, aborted: 1 },
  });
});

test("the limits of a Map Run change while it runs, and not after", async () => {
  const cloud = new Cloud({ services: { lambda: lambda() } });
  const states = { ...NAP, ...WORK, Nap: { ...NAP.Nap, Next: "Work", End: undefined } };
  const arn = await cloud.start(await cloud.machine(each(states, { MaxConcurrency: 1 })), [-1, 1, -1]);
  const { mapRunArn } = await runOf(cloud, arn);
  const update = (change: object) => cloud.call("UpdateMapRun", { mapRunArn, ...change });
  await expect(update({})).rejects.toThrow("At least one of maxConcurrency");
  await expect(update({ toleratedFailurePercentage: 101 })).rejects.toThrow("toleratedFailurePercentage");
  await update({ maxConcurrency: 3, toleratedFailureCount: 2 });
  await cloud.settle();
  expect(await runOf(cloud, arn)).toMatchObject({
    maxConcurrency: 3,
    toleratedFailureCount: 2,
    executionCounts: { running: 3 },
  });
  await cloud.pass(60);
  expect(await runOf(cloud, arn)).toMatchObject({ status: "SUCCEEDED", executionCounts: { failed: 2 } });
  await expect(update({ maxConcurrency: 1 })).rejects.toMatchObject({ code: "ValidationException" });
  await expect(cloud.call("DescribeMapRun", { mapRunArn: `${mapRunArn}0` })).rejects.toMatchObject({
    code: "ResourceNotFound",
  });
});

test.each([
  [{ ToleratedFailureCount: 5, ToleratedFailurePercentage: 10 }, "FAILED"],
  [{ ToleratedFailureCount: 0, ToleratedFailurePercentage: 50 }, "FAILED"],
  [{ ToleratedFailureCount: 1, ToleratedFailurePercentage: 50 }, "SUCCEEDED"],
  [{ ToleratedFailurePercentage: 50 }, "SUCCEEDED"],
])("one failure of two with %j has %s", async (tolerance, status) => {
  const cloud = new Cloud({ services: { lambda: lambda() } });
  expect((await cloud.run(each(WORK, tolerance), [1, -1])).status).toBe(status);
});

test("results go to S3, those of each status into a file of its own, under a manifest", async () => {
  const { objects, s3 } = bucket();
  const cloud = new Cloud({ services: { lambda: lambda(), s3 } });
  const states = each(WORK, {
    ResultWriter: toBucket,
    ToleratedFailureCount: 1,
    ItemsPath: "$.items",
    ItemSelector: { "of.$": "$$.Map.Item.Value" },
  });
  states.Each.ItemProcessor.States = { Work: { ...WORK.Work, InputPath: "$.of" } } as any;
  const arn = await cloud.start(await cloud.machine(states), { items: [3, -1] });
  const { mapRunArn, executionCounts } = await runOf(cloud, arn);
  const folder = `out/${mapRunArn.split(":").at(-1)}`;
  expect((await cloud.describe(arn)).output).toEqual({
    MapRunArn: mapRunArn,
    ResultWriterDetails: { Bucket: "b", Key: `${folder}/manifest.json` },
  });
  expect(executionCounts).toMatchObject({ succeeded: 1, failed: 1, resultsWritten: 2 });
  const parsed = Object.fromEntries(Object.entries(objects).map(([key, body]) => [key, JSON.parse(body)]));
  const date = new Date(START).toISOString();
  expect(parsed[`${folder}/SUCCEEDED_0.json`]).toEqual([
    {
      ExecutionArn: expect.stringMatching(/:execution:machine-1\/Each:[0-9a-f-]{36}$/),
      Input: '{"of":3}',
      InputDetails: { Included: true },
      Name: expect.any(String),
      Output: "[3,6]",
      OutputDetails: { Included: true },
      RedriveCount: 0,
      RedriveStatus: "NOT_REDRIVABLE",
      RedriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
      StartDate: date,
      StateMachineArn: expect.stringMatching(/:stateMachine:machine-1\/Each$/),
      Status: "SUCCEEDED",
      StopDate: date,
    },
  ]);
  expect(parsed[`${folder}/FAILED_0.json`]).toMatchObject([
    { Error: "Error", Input: '{"of":-1}', Status: "FAILED" },
  ]);
  const file = (status: string) => {
    const Key = `${folder}/${status}_0.json`;
    return { Key, Size: Buffer.byteLength(objects[Key]) };
  };
  expect(parsed[`${folder}/manifest.json`]).toEqual({
    DestinationBucket: "b",
    MapRunArn: mapRunArn,
    ResultFiles: { FAILED: [file("FAILED")], PENDING: [], SUCCEEDED: [file("SUCCEEDED")] },
  });
});

test("a Map Run that fails writes its results, with the items that it aborted or did not start", async () => {
  const { objects, s3 } = bucket();
  const cloud = new Cloud({ services: { lambda: lambda(), s3 } });
  const states = {
    Which: { Type: "Choice", Choices: [{ Variable: "$", NumericLessThan: 0, Next: "Work" }], Default: "Nap" },
    ...WORK,
    ...NAP,
  };
  const arn = await cloud.start(
    await cloud.machine(each(states, { ResultWriter: toBucket, MaxConcurrency: 2 })),
    [7, -1, 8],
  );
  expect(await cloud.describe(arn)).toMatchObject({
    status: "FAILED",
    error: "States.ExceedToleratedFailureThreshold",
  });
  const named = (name: string) => JSON.parse(Object.entries(objects).find(([key]) => key.endsWith(name))![1]);
  expect(named("FAILED_0.json").map(({ Input, Status }: any) => [Input, Status])).toEqual([
    ["7", "ABORTED"],
    ["-1", "FAILED"],
  ]);
  expect(named("PENDING_0.json")).toEqual([
    { Input: "8", InputDetails: { Included: true }, Status: "PENDING" },
  ]);
  expect(named("manifest.json").ResultFiles.SUCCEEDED).toEqual([]);
});

test.each([
  ["FLATTEN", "JSONL", "1\n2\n5\n10\n"],
  ["COMPACT", "JSON", "[[1,2],[5,10]]"],
])("%s as %s", async (Transformation, OutputType, expected) => {
  const { objects, s3 } = bucket();
  const cloud = new Cloud({ services: { lambda: lambda(), s3 } });
  const ResultWriter = { ...toBucket, WriterConfig: { Transformation, OutputType } };
  await cloud.run(each(WORK, { ResultWriter }), [1, 5]);
  const key = Object.keys(objects).find((name) => name.endsWith(`SUCCEEDED_0.${OutputType.toLowerCase()}`))!;
  expect(objects[key]).toBe(expected);
});

test("without a bucket the transformed results are the state's, with records of the failures", async () => {
  const cloud = new Cloud({ services: { lambda: lambda() } });
  const ResultWriter = { WriterConfig: { Transformation: "FLATTEN", OutputType: "JSON" } };
  const { output } = await cloud.run(each(WORK, { ResultWriter, ToleratedFailureCount: 1 }), [1, -1, 5]);
  expect(output).toEqual([1, 2, expect.objectContaining({ Status: "FAILED", Error: "Error" }), 5, 10]);
});

test("what cannot be written fails the Map by name, and can be caught", async () => {
  const PutObject = () => {
    throw new ServiceError("AccessDenied", "Access Denied");
  };
  const cloud = new Cloud({ services: { lambda: lambda(), s3: { PutObject } } });
  const Catch = [{ ErrorEquals: ["States.ResultWriterFailed"], Next: "Caught" }];
  const states = { ...each(WORK, { ResultWriter: toBucket, Catch }), Caught: { Type: "Pass", End: true } };
  const arn = await cloud.start(await cloud.machine(states), [1]);
  expect((await cloud.describe(arn)).output).toEqual({
    Error: "States.ResultWriterFailed",
    Cause: "Access Denied",
  });
  expect((await runOf(cloud, arn)).status).toBe("FAILED");
});

test("a redriven Map Run tries again what failed, and counts the redrive", async () => {
  let broken = true;
  const flaky = functions({
    work(number: number) {
      if (number < 0 && broken) throw new Error("negative");
      return number;
    },
  });
  const { objects, s3 } = bucket();
  const cloud = new Cloud({ services: { lambda: flaky, s3 } });
  const arn = await cloud.start(await cloud.machine(each(WORK, { ResultWriter: toBucket })), [1, -1]);
  expect((await cloud.describe(arn)).status).toBe("FAILED");
  broken = false;
  await cloud.call("RedriveExecution", { executionArn: arn });
  await cloud.settle();
  expect((await cloud.describe(arn)).output.ResultWriterDetails.Key).toMatch(/\/Redrive-1\/manifest\.json$/);
  expect(await runOf(cloud, arn)).toMatchObject({
    status: "SUCCEEDED",
    redriveCount: 1,
    executionCounts: { succeeded: 2, failed: 0 },
  });
  const key = Object.keys(objects).find((name) => name.endsWith("Redrive-1/SUCCEEDED_0.json"))!;
  expect(JSON.parse(objects[key])).toHaveLength(2);
});
