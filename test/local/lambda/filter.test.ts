import { expect, test } from "vitest";
import { compileFilters, compileMessageFilters } from "../../../local/lambda/mappings/filter.ts";
import { readMappingSettings } from "../../../local/lambda/mappings/settings.ts";
import { sqsRecord } from "../../../local/lambda/mappings/sqs-record.ts";

const settings = (...patterns: object[]) =>
  readMappingSettings("queue", {
    FilterCriteria: { Filters: patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) })) },
  });

function takes(pattern: object, Body: string): boolean {
  const message = {
    MessageId: "m-1",
    ReceiptHandle: "r",
    Body,
    MD5OfBody: "x",
    MessageAttributes: { kind: { DataType: "String", StringValue: "order" } },
  };
  return compileMessageFilters(settings(pattern))(sqsRecord(message, "arn:aws:sqs:us-east-1:1:q", false));
}

test.each<[what: string, pattern: object, body: string, taken: boolean]>([
  ["JSON by a value", { body: { city: ["Bern", "Basel"] } }, '{"city":"Basel"}', true],
  ["JSON with another value", { body: { city: ["Bern"] } }, '{"city":"Basel"}', false],
  ["JSON in depth", { body: { a: { b: [{ numeric: [">=", 1, "<", 2] }] } } }, '{"a":{"b":1.5}}', true],
  ["JSON with one of a list", { body: { tags: ["x"] } }, '{"tags":["y","x"]}', true],
  ["a list in JSON", { body: { city: ["Bern"] } }, '[{"city":"Bern"}]', true],
  ["JSON by what it has", { body: { city: [{ exists: true }] } }, '{"city":"Bern"}', true],
  ["JSON by what it lacks", { body: { city: [{ exists: false }] } }, '{"town":"Bern"}', true],
  ["text by itself", { body: ["stop"] }, "stop", true],
  ["text by its beginning", { body: [{ prefix: "st" }] }, "stop", true],
  ["another text", { body: ["stop"] }, "go", false],
  ["text for a filter of JSON", { body: { city: ["Bern"] } }, "Bern", false],
  ["text for a filter of what JSON lacks", { body: { city: [{ exists: false }] } }, "Bern", false],
  ["JSON for a filter of text", { body: ["stop"] }, '{"a":"stop"}', false],
  ["JSON for a filter of text that is missing", { body: [{ exists: false }] }, '{"a":1}', false],
  ["text by its attributes", { messageAttributes: { kind: { stringValue: ["order"] } } }, "anything", true],
  ["JSON by its attributes", { messageAttributes: { kind: { stringValue: ["order"] } } }, '{"a":1}', true],
])("a queue's filter and %s", (_what, pattern, body, taken) => {
  expect(takes(pattern, body)).toBe(taken);
});

test("numbers of items are text to a filter, and the time of a change is a number", () => {
  const record = {
    eventName: "INSERT",
    dynamodb: { ApproximateCreationDateTime: 1_767_225_600, NewImage: { price: { N: "12" } } },
  };
  const takesRecord = (pattern: object) => compileFilters(settings(pattern))(record);
  expect(takesRecord({ dynamodb: { NewImage: { price: { N: ["12"] } } } })).toBe(true);
  expect(takesRecord({ dynamodb: { NewImage: { price: { N: [{ numeric: [">", 1] }] } } } })).toBe(false);
  expect(takesRecord({ dynamodb: { ApproximateCreationDateTime: [{ numeric: [">", 0] }] } })).toBe(true);
  expect(takesRecord({ eventName: ["MODIFY", "REMOVE"] })).toBe(false);
  expect(takesRecord({ dynamodb: { OldImage: [{ exists: false }] } })).toBe(true);
});

test.each([
  "",
  "null",
  "simple string",
  "[]",
  "{}",
  '{"eventSource":"aws:sqs"}',
  '{"eventSource":[]}',
  '{"body":{}}',
  '{"body":{"a":[{"numeric":[">"]}]}}',
  '{"body":{"a":[{"unknown":"x"}]}}',
  '[{"eventName": ["INSERT"=123}]',
])("%s is not a filter", (Pattern) => {
  expect(() => readMappingSettings("queue", { FilterCriteria: { Filters: [{ Pattern }] } })).toThrow(
    "Invalid filter pattern definition.",
  );
});

test("a filter has at most 4096 characters, and a mapping ten of them", () => {
  const Pattern = JSON.stringify({ body: ["x".repeat(4096)] });
  const read = (Filters: object[]) => readMappingSettings("queue", { FilterCriteria: { Filters } });
  expect(() => read([{ Pattern }])).toThrow("Member must have length less than or equal to 4096");
  const filter = { Pattern: '{"body":["x"]}' };
  expect(read(Array(10).fill(filter)).FilterCriteria.Filters).toHaveLength(10);
  expect(() => read(Array(11).fill(filter))).toThrow("at most 10 filters");
});
