import { expect, test } from "vitest";
import { seededRandom } from "../../../local/kernel/random.ts";
import { type CallFault, Misfortune } from "../../../local/simulation/faults.ts";
import { failOne } from "../../../local/simulation/partial.ts";
import { Switchboard } from "../../../local/simulation/switchboard.ts";
import { startCloud, tableInput } from "../dynamodb/harness.ts";

/** Calls DynamoDB as a function in a simulation does. */
async function dynamodb(...faults: CallFault[]) {
  const { kernel, call } = startCloud();
  await call("CreateTable", tableInput("tab"));
  const misfortune = new Misfortune(faults, seededRandom(1), () => 0);
  const board = new Switchboard(kernel, (call) => misfortune.judge(call));
  const send = async (operation: string, input: object) => {
    const headers = {
      "content-type": "application/x-amz-json-1.0",
      host: "127.0.0.1:4566",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
    };
    const request = { method: "POST", origin: kernel.endpoint, url: "/", headers };
    const body = Buffer.from(JSON.stringify(input));
    const response = await board.answer({ ...request, body }, "worker", () => {});
    return { status: response.status, body: JSON.parse(String(response.body)) };
  };
  return { send, call, board };
}

const insert = (pk: string) => ({ Statement: `INSERT INTO tab VALUE {'pk': '${pk}'}` });
const pks = ["a", "b", "c"];

test("one statement of a batch is throttled, and the others take effect", async () => {
  const { send, call, board } = await dynamodb({ kind: "throttle-one", on: 1 });
  const { status, body } = await send("BatchExecuteStatement", { Statements: pks.map(insert) });
  expect(status).toBe(200);
  const codes: (string | undefined)[] = body.Responses.map((response: any) => response.Error?.Code);
  expect(codes.filter(Boolean)).toEqual(["ThrottlingError"]);
  const { Items } = await call("Scan", { TableName: "tab" });
  const stored = Items.map(({ pk }: any) => pk.S).sort();
  expect(stored).toEqual(pks.filter((_, at) => codes[at] === undefined));
  expect(board.calls).toMatchObject([{ operation: "BatchExecuteStatement", trouble: "throttle-one" }]);
  const again = await send("BatchExecuteStatement", { Statements: [insert("d")] });
  expect(again.body).toEqual({ Responses: [{ TableName: "tab" }] });
});

test("a batch of one, and a call that is no batch, are throttled as they would be", async () => {
  const { send, call } = await dynamodb({ kind: "throttle-one" });
  const one = await send("BatchExecuteStatement", { Statements: [insert("a")] });
  expect(one.body).toEqual({ Responses: [{ Error: { Code: "ThrottlingError", Message: "Rate exceeded" } }] });
  const put = await send("PutItem", { TableName: "tab", Item: { pk: { S: "a" } } });
  expect(put.status).toBe(400);
  expect(put.body.__type).toContain("ThrottlingException");
  expect((await call("Scan", { TableName: "tab" })).Items).toEqual([]);
});

test("one statement of a transaction is throttled, which cancels it", async () => {
  const { send, call } = await dynamodb({ kind: "throttle-one", on: 1 });
  const { status, body } = await send("ExecuteTransaction", { TransactStatements: pks.map(insert) });
  expect([status, body.__type]).toEqual([400, expect.stringContaining("TransactionCanceledException")]);
  const codes = body.CancellationReasons.map(({ Code }: any) => Code);
  expect(codes.toSorted()).toEqual(["None", "None", "ThrottlingError"]);
  expect((await call("Scan", { TableName: "tab" })).Items).toEqual([]);
  expect((await send("ExecuteTransaction", { TransactStatements: pks.map(insert) })).status).toBe(200);
});

test("one statement of a batch takes effect like the others, and the answer does not say so", async () => {
  const { send, call } = await dynamodb({ kind: "lost-one", operation: "dynamodb:BatchExecuteStatement" });
  const { body } = await send("BatchExecuteStatement", { Statements: pks.map(insert) });
  const codes: (string | undefined)[] = body.Responses.map((response: any) => response.Error?.Code);
  expect(codes).toHaveLength(3);
  expect(codes.filter(Boolean)).toEqual(["InternalServerError"]);
  expect((await call("Scan", { TableName: "tab" })).Items).toHaveLength(3);
  // A call that is no batch is carried out and answered.
  expect((await send("PutItem", { TableName: "tab", Item: { pk: { S: "d" } } })).status).toBe(200);
});

test("a message of a batch is sent without an answer that says so", () => {
  const input = { QueueUrl: "q", Entries: [{ Id: "a" }, { Id: "b" }] };
  const partial = failOne({ service: "sqs", operation: "SendMessageBatch" }, input, 0.99, { lost: true })!;
  expect(partial.rest).toEqual(input);
  expect(partial.answer({ Successful: [{ Id: "a" }, { Id: "b" }], Failed: [] })).toEqual({
    Successful: [{ Id: "a" }],
    Failed: [{ Id: "b", SenderFault: false, Code: "InternalError", Message: "Rate exceeded" }],
  });
});

test("which statement it is depends on the seed", async () => {
  const { send } = await dynamodb({ kind: "throttle-one" });
  const hit = new Set<number>();
  for (let round = 0; round < 20; round++) {
    const { body } = await send("BatchExecuteStatement", { Statements: pks.map((pk) => insert(pk + round)) });
    hit.add(body.Responses.findIndex((response: any) => response.Error));
  }
  expect(hit).toEqual(new Set([0, 1, 2]));
});

test.each([
  [
    "events:PutEvents",
    { Entries: [{ Source: "a" }, { Source: "b" }] },
    { Entries: [{ Source: "a" }] },
    { FailedEntryCount: 0, Entries: [{ EventId: "1" }] },
    {
      FailedEntryCount: 1,
      Entries: [{ EventId: "1" }, { ErrorCode: "ThrottlingException", ErrorMessage: "Rate exceeded" }],
    },
  ],
  [
    "sqs:SendMessageBatch",
    { QueueUrl: "q", Entries: [{ Id: "a" }, { Id: "b" }] },
    { QueueUrl: "q", Entries: [{ Id: "a" }] },
    { Successful: [{ Id: "a" }] },
    {
      Successful: [{ Id: "a" }],
      Failed: [{ Id: "b", SenderFault: false, Code: "RequestThrottled", Message: "Rate exceeded" }],
    },
  ],
  [
    "dynamodb:BatchWriteItem",
    { RequestItems: { one: [{ PutRequest: 1 }], two: [{ PutRequest: 2 }] } },
    { RequestItems: { one: [{ PutRequest: 1 }] } },
    { UnprocessedItems: {} },
    { UnprocessedItems: { two: [{ PutRequest: 2 }] } },
  ],
  [
    "dynamodb:BatchGetItem",
    { RequestItems: { one: { Keys: [1, 2], ConsistentRead: true } } },
    { RequestItems: { one: { Keys: [1], ConsistentRead: true } } },
    { Responses: {}, UnprocessedKeys: {} },
    { Responses: {}, UnprocessedKeys: { one: { Keys: [2], ConsistentRead: true } } },
  ],
])("the last entry of %s", (name, input, rest, output, answer) => {
  const [service, operation] = name.split(":") as [string, string];
  const partial = failOne({ service, operation }, input, 0.99)!;
  expect(partial.rest).toEqual(rest);
  expect(partial.answer(output)).toEqual(answer);
});

test("a fault that is changed while the simulation runs applies as it is then", async () => {
  const fault: CallFault = { kind: "throttle", chance: 1 };
  const { send } = await dynamodb(fault);
  const put = { TableName: "tab", Item: { pk: { S: "a" } } };
  expect((await send("PutItem", put)).status).toBe(400);
  fault.chance = 0;
  expect((await send("PutItem", put)).status).toBe(200);
});
