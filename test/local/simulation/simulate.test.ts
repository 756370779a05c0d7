import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, test } from "vitest";
import { type Simulation, type SimulationOptions, simulate } from "../../../local/simulate.ts";
import { assemblyOf, type FunctionSpec } from "./assembly.ts";

let cloud: Simulation;
afterEach(() => cloud.close());

const START = "2026-03-01T12:00:00.000Z";

async function start(
  functions: Record<string, FunctionSpec>,
  options: Partial<SimulationOptions> = {},
  resources: object = {},
) {
  cloud = await simulate(assemblyOf(functions, resources), { seed: 1, start: START, ...options });
}

/** Invokes a function to its end, or to where it waits for time. */
async function invoke(name: string, event: unknown = {}): Promise<{ answer: any; failed: boolean }> {
  const FunctionName = cloud.functionName(name);
  const { Payload, FunctionError } = await cloud.call("lambda", "Invoke", {
    FunctionName,
    Payload: JSON.stringify(event),
  });
  return { answer: JSON.parse(Buffer.from(Payload).toString()), failed: FunctionError !== undefined };
}

test("code sees its own variables, and the virtual clock in every API for time", async () => {
  await start({
    Clock: {
      variables: { COLOUR: "red" },
      code: `
        import process, { env } from "node:process";
        import { setTimeout as sleep } from "node:timers/promises";
        const loaded = Date.now();
        export const handler = async (event, context) => {
          const left = context.getRemainingTimeInMillis();
          await new Promise((resolve) => globalThis.setTimeout(resolve, 4000));
          await sleep(1000);
          const signal = AbortSignal.timeout(2000);
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          return {
            colours: [process.env.COLOUR, env.COLOUR, globalThis.process.env.COLOUR],
            loaded, date: new Date().toISOString(), age: Date.now() - loaded,
            spent: left - context.getRemainingTimeInMillis(),
            isDate: new Date() instanceof Date, given: new Date(0).getTime(),
          };
        };`,
    },
  });
  const answering = invoke("clock");
  await cloud.advance("10 seconds");
  expect((await answering).answer).toEqual({
    colours: ["red", "red", "red"],
    loaded: Date.parse(START),
    date: "2026-03-01T12:00:07.000Z",
    age: 7000,
    spent: 7000,
    isDate: true,
    given: 0,
  });
  expect(cloud.now()).toBe(Date.parse(START) + 10_000);
});

test("environments of one function share nothing, and a warm one keeps its state", async () => {
  await start({
    Counter: {
      code: `
        let count = 0;
        export const handler = async ({ wait }) => {
          const mine = ++count;
          if (wait) await new Promise((resolve) => setTimeout(resolve, wait));
          return mine;
        };`,
    },
  });
  const slow = invoke("Counter", { wait: 1000 });
  await cloud.settle();
  expect((await invoke("Counter")).answer).toBe(1);
  expect((await invoke("Counter")).answer).toBe(2);
  await cloud.advance(1000);
  expect((await slow).answer).toBe(1);
});

test("a function that takes longer than its timeout ends there", async () => {
  await start({
    Sleeper: { timeout: 3, code: "export const handler = () => new Promise(() => {});" },
  });
  const answering = invoke("Sleeper");
  await cloud.advance("3 seconds");
  expect(await answering).toMatchObject({
    failed: true,
    answer: { errorMessage: expect.stringContaining("Task timed out after 3.00 seconds") },
  });
});

test("calls that would leave the simulation are refused by name", async () => {
  await start({
    Runaway: {
      code: `
        import https from "node:https";
        import { spawn } from "node:child_process";
        import { createRequire } from "node:module";
        const net = createRequire(import.meta.url)("net");
        const reason = (attempt) => Promise.resolve().then(attempt).catch(({ message }) => message);
        const get = () => new Promise((_, reject) => https.get("https://example.com/a").on("error", reject));
        export const handler = async () => [
          await reason(get), await reason(() => fetch("http://example.com/b")),
          await reason(() => net.connect(80)), await reason(() => spawn("ls")),
        ];`,
    },
  });
  const { answer } = await invoke("Runaway");
  expect(answer.map((message: string) => /: (.*) is refused/.exec(message)?.[1])).toEqual([
    "GET https://example.com",
    "GET http://example.com",
    "net.connect",
    "child_process.spawn",
  ]);
});

test("random values come from the seed: ids and numbers repeat with it", async () => {
  const code = `
    import { randomUUID, randomBytes } from "node:crypto";
    export const handler = async () =>
      [Math.random(), randomUUID(), crypto.randomUUID(), randomBytes(4).toString("hex"), Math.max(1, 2)];`;
  const draw = async (seed: number) => {
    await start({ Dice: { code } }, { seed });
    const { answer } = await invoke("Dice");
    await cloud.close();
    return answer;
  };
  const first = await draw(1);
  expect(await draw(1)).toEqual(first);
  expect(await draw(2)).not.toEqual(first);
  expect(first[4]).toBe(2);
});

test("process.exit ends the environment and nothing else", async () => {
  await start({ Quitter: { code: "export const handler = async () => process.exit(3);" } });
  expect((await invoke("Quitter")).answer.errorMessage).toContain("exit status 3");
  expect((await invoke("Quitter")).answer.errorType).toBe("Runtime.ExitError");
});

test("code that does not load says why", async () => {
  await start({
    Broken: { code: "throw new TypeError('no good');" },
    Nameless: { code: "export const other = 1;" },
  });
  expect(await invoke("Broken")).toMatchObject({
    failed: true,
    answer: { errorType: "TypeError", errorMessage: "no good" },
  });
  expect((await invoke("Nameless")).answer.errorType).toBe("Runtime.HandlerNotFound");
});

test("a function that was not bundled has the AWS SDK, as on Lambda, and other packages only of its own", async () => {
  const client = (load: string) => `${load}
    export const handler = async () => {
      const { Account } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
      return Account;
    };`;
  await start({
    Module: { code: client(`import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";`) },
    Required: {
      code: client(`import { createRequire } from "node:module";
        const { GetCallerIdentityCommand, STSClient } = createRequire(import.meta.url)("@aws-sdk/client-sts");`),
    },
    Absent: { code: `import "@aws-sdk/client-no-such-service";` },
    Other: { code: `import "zod";` },
  });
  expect((await invoke("Module")).answer).toBe("000000000000");
  expect((await invoke("Required")).answer).toBe("000000000000");
  expect((await invoke("Absent")).answer).toMatchObject({
    errorType: "Runtime.ImportModuleError",
    errorMessage: expect.stringContaining("npm install --save-dev @aws-sdk/client-no-such-service"),
  });
  expect((await invoke("Other")).answer.errorMessage).toContain("Cannot find module 'zod'");
});

test("a bucket is reached by its own host name too, as the SDK writes it by default", async () => {
  const outside = () => ({ status: 403 });
  const code = `
    import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
    const s3 = new S3Client({});
    export const handler = async () => {
      const at = { Bucket: process.env.BUCKET, Key: "a/b.txt" };
      await s3.send(new PutObjectCommand({ ...at, Body: "hello" }));
      return await (await s3.send(new GetObjectCommand(at))).Body.transformToString();
    };`;
  const functions = { Files: { code, variables: { BUCKET: { Ref: "Inbox" } } } };
  await start(functions, { outside }, { Inbox: { Type: "AWS::S3::Bucket" } });
  expect((await invoke("Files")).answer).toBe("hello");
  expect(cloud.calls.map(({ service, operation }) => `${service} ${operation}`)).toEqual([
    "s3 PutObject",
    "s3 GetObject",
  ]);
});

test("without schedules, scheduled rules do not fire", async () => {
  const rule = {
    Type: "AWS::Events::Rule",
    Properties: {
      ScheduleExpression: "rate(5 minutes)",
      Targets: [{ Id: "Tick", Arn: { "Fn::GetAtt": ["Tick", "Arn"] } }],
    },
  };
  const permission = {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: { Ref: "Tick" },
      Principal: "events.amazonaws.com",
    },
  };
  const ticks = async (options: Partial<SimulationOptions>) => {
    let count = 0;
    const handlers = { Tick: () => () => void count++ };
    await start({ Tick: { code: "" } }, { ...options, handlers }, { Rule: rule, Permission: permission });
    await cloud.advance("1 hour");
    await cloud.close();
    return count;
  };
  expect(await ticks({})).toBe(12);
  expect(await ticks({ schedules: false })).toBe(0);
});

test("a stand-in replaces a function's code, and gets what the function gets", async () => {
  const seen: unknown[] = [];
  await start(
    { PaymentCharge: { code: "export const handler = () => 'real';", variables: { KEY: "k" } } },
    {
      handlers: {
        "payment-charge":
          ({ variables, sleep }) =>
          async (event) => {
            await sleep(60_000);
            seen.push([event, variables.KEY]);
            return "stand-in";
          },
      },
    },
  );
  const FunctionName = cloud.functionName("PaymentCharge");
  await cloud.call("lambda", "Invoke", { FunctionName, InvocationType: "Event", Payload: '{"a":1}' });
  await cloud.advance("29 seconds");
  expect(seen).toEqual([]);
  await cloud.advance("1 hour");
  expect(seen).toEqual([]); // It takes longer than the function's 30 seconds.
});

test("a stand-in for a function that is not there is refused with those that are", async () => {
  await start({ Charge: { code: "" }, Refund: { code: "" } });
  const folder = assemblyOf({ ChargeCard: { code: "" }, ChargeBack: { code: "" } });
  const handlers = (name: string) => ({ seed: 1, handlers: { [name]: () => () => {} } });
  await expect(simulate(folder, handlers("ship"))).rejects.toThrow(/no function "ship".*\n.*ChargeCard/);
  await expect(simulate(folder, handlers("charge"))).rejects.toThrow(/more than one function/);
});

test("SDK clients of the test reach the services in memory, and calls are kept in order", async () => {
  await start({}, {}, { Queue: { Type: "AWS::SQS::Queue" } });
  const { QueueUrls } = await cloud.call("sqs", "ListQueues");
  const sqs = cloud.client(SQSClient);
  await sqs.send(new SendMessageCommand({ QueueUrl: QueueUrls[0], MessageBody: "hello" }));
  expect(cloud.calls).toEqual([
    { time: Date.parse(START), function: undefined, service: "sqs", operation: "SendMessage", status: 200 },
  ]);
});

test("a service that is not served is refused with those that are", async () => {
  await start({});
  await expect(cloud.call("eventbridge", "PutEvents")).rejects.toThrow(
    /^The local cloud does not serve eventbridge\. It serves .*dynamodb, .*events, /,
  );
});

test("an invalid duration is refused", async () => {
  await start({});
  await expect(cloud.advance("soon" as never)).rejects.toThrow(/"soon" is no span of time/);
  await expect(cloud.advance(-1)).rejects.toThrow(/no span of time/);
});

test("a stream is read when nothing else happens at that moment: what is written at the same time is one batch", async () => {
  const batches: number[] = [];
  await start(
    {
      Writer: {
        variables: { TABLE: { Ref: "Table" } },
        code: `
          import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
          const client = new DynamoDBClient();
          export const handler = async () => {
            for (const id of ["a", "b", "c"])
              await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: id } } }));
          };`,
      },
      Reader: { code: "" },
    },
    {
      handlers: {
        reader:
          () =>
          async ({ Records }) =>
            void batches.push(Records.length),
      },
    },
    {
      Table: {
        Type: "AWS::DynamoDB::Table",
        Properties: {
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          BillingMode: "PAY_PER_REQUEST",
          StreamSpecification: { StreamViewType: "NEW_IMAGE" },
        },
      },
      Mapping: {
        Type: "AWS::Lambda::EventSourceMapping",
        Properties: {
          FunctionName: { Ref: "Reader" },
          EventSourceArn: { "Fn::GetAtt": ["Table", "StreamArn"] },
          StartingPosition: "TRIM_HORIZON",
        },
      },
    },
  );
  await invoke("writer");
  await cloud.settle();
  expect(batches).toEqual([3]);
});
