import { expect, test } from "vitest";
import { ServiceError } from "../../../../local/kernel/errors.ts";
import type { Operation } from "../../../../local/kernel/service.ts";
import { Cloud } from "./cloud.ts";

function bucket(objects: Record<string, string>): Record<string, Operation> {
  return {
    GetObject({ Key }) {
      if (objects[Key] === undefined)
        throw new ServiceError("NoSuchKey", "The specified key does not exist.");
      return { Body: Buffer.from(objects[Key]) };
    },
    ListObjectsV2({ ContinuationToken }) {
      const keys = Object.keys(objects).sort();
      const index = ContinuationToken ? keys.indexOf(ContinuationToken) : 0;
      const Contents = [
        { Key: keys[index], Size: 1, ETag: '"e"', LastModified: 1_000, StorageClass: "STANDARD" },
      ];
      return { Contents, ...(keys[index + 1] && { NextContinuationToken: keys[index + 1] }) };
    },
  };
}

const over = (Key: string, ReaderConfig: object, more: object = {}) => ({
  Each: {
    Type: "Map",
    ItemReader: { Resource: "arn:aws:states:::s3:getObject", Parameters: { Bucket: "b", Key }, ReaderConfig },
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
      StartAt: "Keep",
      States: { Keep: { Type: "Pass", End: true } },
    },
    End: true,
    ...more,
  },
});

test("items come from a JSON list, from JSON lines, and from CSV with a header", async () => {
  const s3 = bucket({
    "list.json": "[1,2,3]",
    "lines.jsonl": '{"n":1}\n\n{"n":2}\n',
    "table.csv": 'name,note\nAda,"one, ""two"""\nBob\n',
    "bare.csv": "1|2\n3|4",
  });
  const cloud = new Cloud({ services: { s3 } });
  const outputOf = async (key: string, config: object) => (await cloud.run(over(key, config))).output;
  expect(await outputOf("list.json", { InputType: "JSON" })).toEqual([1, 2, 3]);
  expect(await outputOf("list.json", { InputType: "JSON", MaxItems: 2 })).toEqual([1, 2]);
  expect(await outputOf("lines.jsonl", { InputType: "JSONL" })).toEqual([{ n: 1 }, { n: 2 }]);
  expect(await outputOf("table.csv", { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" })).toEqual([
    { name: "Ada", note: 'one, "two"' },
    { name: "Bob", note: "" },
  ]);
  const given = {
    InputType: "CSV",
    CSVHeaderLocation: "GIVEN",
    CSVHeaders: ["a", "b"],
    CSVDelimiter: "PIPE",
  };
  expect(await outputOf("bare.csv", given)).toEqual([
    { a: "1", b: "2" },
    { a: "3", b: "4" },
  ]);
});

test("items are all objects of a listing, page after page", async () => {
  const cloud = new Cloud({ services: { s3: bucket({ x: "", y: "", z: "" }) } });
  const ItemReader = { Resource: "arn:aws:states:::s3:listObjectsV2", Parameters: { Bucket: "b" } };
  const ItemSelector = { "key.$": "$$.Map.Item.Value.Key" };
  const { output } = await cloud.run(over("", {}, { ItemReader, ItemSelector }));
  expect(output).toEqual([{ key: "x" }, { key: "y" }, { key: "z" }]);
});

test("items are those of all objects of a listing, where they are to be loaded", async () => {
  const s3 = bucket({ "a.jsonl": "1\n2\n", "b.jsonl": "3\n" });
  const cloud = new Cloud({ services: { s3 } });
  const ItemReader = {
    Resource: "arn:aws:states:::s3:listObjectsV2",
    Parameters: { Bucket: "b" },
    ReaderConfig: { InputType: "JSONL", Transformation: "LOAD_AND_FLATTEN" },
  };
  expect((await cloud.run(over("", {}, { ItemReader }))).output).toEqual([1, 2, 3]);
});

test("what cannot be read fails the Map's run by name", async () => {
  const cloud = new Cloud({ services: { s3: bucket({ "object.json": "{}", "twice.csv": "a,a\n1,2" }) } });
  const causeOf = async (key: string, config: object) => {
    const { status, error, cause } = await cloud.run(over(key, config));
    expect([status, error]).toEqual(["FAILED", "States.ItemReaderFailed"]);
    return cause;
  };
  expect(await causeOf("object.json", { InputType: "JSON" })).toBe(
    "Attempting to map over non-iterable node.",
  );
  expect(await causeOf("twice.csv", { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" })).toBe(
    "CSV headers cannot contain duplicates.",
  );
  expect(await causeOf("nowhere", { InputType: "JSON" })).toBe("The specified key does not exist.");
});

test("a batch holds as many items as allowed by number and by size", async () => {
  const cloud = new Cloud({ services: { s3: bucket({ "list.json": '["aa","bb","cc","dd","ee"]' }) } });
  const batches = async (ItemBatcher: object) =>
    (await cloud.run(over("list.json", { InputType: "JSON" }, { ItemBatcher }))).output;
  expect(await batches({ MaxItemsPerBatch: 2, BatchInput: { run: 7 } })).toEqual([
    { BatchInput: { run: 7 }, Items: ["aa", "bb"] },
    { BatchInput: { run: 7 }, Items: ["cc", "dd"] },
    { BatchInput: { run: 7 }, Items: ["ee"] },
  ]);
  expect(await batches({ MaxInputBytesPerBatch: 12 })).toEqual([
    { Items: ["aa", "bb", "cc"] },
    { Items: ["dd", "ee"] },
  ]);
});

test("the history continues from where the Map's run began", async () => {
  const cloud = new Cloud({ services: { s3: bucket({ "list.json": "[1]" }) } });
  const machine = await cloud.machine(over("list.json", { InputType: "JSON" }));
  const execution = await cloud.start(machine);
  await cloud.pass(60);
  const events = await cloud.history(execution);
  expect(events.slice(3).map(({ id, type, previousEventId }) => [id, type, previousEventId])).toEqual([
    [4, "MapRunStarted", 3],
    [5, "MapRunSucceeded", 4],
    [6, "MapStateSucceeded", 5],
    [7, "MapStateExited", 4],
    [8, "ExecutionSucceeded", 7],
  ]);
});
