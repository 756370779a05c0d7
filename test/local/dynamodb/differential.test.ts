/**
 * The same random requests to this engine and to dynalite, an independent implementation whose authors checked
 * it against the service. What the two may answer differently, and why, is said where it is allowed.
 */
import type { AddressInfo } from "node:net";
// @ts-expect-error dynalite comes without types.
import dynalite from "dynalite";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, startCloud, tableInput } from "./harness.ts";

let judge: {
  listen: (port: number, host: string, done: () => void) => void;
  address(): AddressInfo;
  close(): void;
};
let cloud: Cloud;

beforeAll(async () => {
  judge = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((resolve) => judge.listen(0, "127.0.0.1", resolve));
  cloud = startCloud();
});
afterAll(() => judge.close());

async function ask(operation: string, input: object): Promise<any> {
  const response = await fetch(`http://127.0.0.1:${judge.address().port}`, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      "x-amz-date": "20260301T120000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=a/20260301/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=s",
    },
    body: JSON.stringify(input),
  });
  const body: any = await response.json();
  if (response.ok) return body;
  return { error: body.__type.split("#")[1], message: body.message ?? body.Message };
}

async function own(operation: string, input: object): Promise<any> {
  try {
    return JSON.parse(JSON.stringify(await cloud.call(operation, structuredClone(input))));
  } catch (error) {
    return { error: (error as Error).name, message: (error as Error).message };
  }
}

/** Without what is allowed to differ. */
function comparable(answer: any): any {
  if (answer.error) {
    const syntax = /^(Invalid \w+: Syntax error;)/.exec(answer.message);
    // dynalite writes its parser's own text where the service names the token.
    return { error: answer.error, message: syntax ? syntax[1] : answer.message };
  }
  const { Attributes: attributes, ConsumedCapacity: _, ...rest } = answer;
  // dynalite answers empty Attributes where the service leaves them out.
  return attributes && Object.keys(attributes).length > 0
    ? { ...rest, Attributes: unordered(attributes) }
    : unordered(rest);
}

/** Sets have no order. */
function unordered(value: any): any {
  if (Array.isArray(value)) return value.map(unordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      /^(SS|NS|BS)$/.test(key) && Array.isArray(inner) ? [...inner].sort() : unordered(inner),
    ]),
  );
}

async function compare(operation: string, input: object): Promise<void> {
  const [theirs, ours] = [comparable(await ask(operation, input)), comparable(await own(operation, input))];
  expect(ours, `${operation} ${JSON.stringify(input)}`).toEqual(theirs);
}

async function createTable(name: string, more: object): Promise<void> {
  const input = tableInput(name, "N", more);
  await ask("CreateTable", input);
  await own("CreateTable", input);
  for (;;) {
    const { Table: table } = await ask("DescribeTable", { TableName: name });
    if (table?.TableStatus === "ACTIVE") return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const number = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map(String),
  fc.constantFrom("1.5", "-0.001", "1e20", "0.10", "99999999999999999999999999999999999999"),
);
// Not empty and ASCII: dynalite takes an empty string for an absent one and counts UTF-16 units.
const word = fc.constantFrom("a", "ab", "abc", "b");
const binary = fc.constantFrom("AA==", "AAE=", "/w==");
const scalar = fc.oneof(
  number.map((N) => ({ N })),
  word.map((S) => ({ S })),
  binary.map((B) => ({ B })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true }),
);
const set = fc.oneof(
  fc.uniqueArray(fc.constantFrom("x", "y", "z"), { minLength: 1 }).map((SS) => ({ SS })),
  fc.uniqueArray(fc.constantFrom("1", "2", "3"), { minLength: 1 }).map((NS) => ({ NS })),
);
const value: fc.Arbitrary<any> = fc.oneof(
  { weight: 3, arbitrary: scalar },
  set,
  fc.array(scalar, { maxLength: 3 }).map((L) => ({ L })),
  fc.dictionary(fc.constantFrom("k", "p"), scalar).map((M) => ({ M })),
);
const attribute = fc.constantFrom("a1", "a2", "a3");
const path = fc.oneof(
  { weight: 3, arbitrary: attribute },
  fc.tuple(attribute, fc.constantFrom(".k", ".p", "[0]", "[1]")).map((parts) => parts.join("")),
);
const key = fc.record({
  pk: fc.constantFrom("p1", "p2").map((S) => ({ S })),
  sk: fc.integer({ min: 0, max: 3 }).map((n) => ({ N: String(n) })),
});
const operand = fc.oneof(
  path,
  path.map((of) => `size(${of})`),
);
const comparison = fc.oneof(
  // One side is a value: of two attributes that are absent, dynalite says that they are equal.
  fc
    .tuple(operand, fc.constantFrom("=", "<>", "<", "<=", ">", ">="), fc.constantFrom(":v1", ":v2"))
    .map((parts) => parts.join(" ")),
  fc
    .tuple(path, fc.constantFrom(":v1 AND :v2", ":v2 AND :v1"))
    .map(([of, bounds]) => `${of} BETWEEN ${bounds}`),
  path.map((of) => `${of} IN (:v1, :v2)`),
  fc.tuple(fc.constantFrom("begins_with", "contains"), path).map(([name, of]) => `${name}(${of}, :v1)`),
  fc
    .tuple(fc.constantFrom("attribute_exists", "attribute_not_exists"), path)
    .map(([name, of]) => `${name}(${of})`),
);
const condition = fc.oneof(
  comparison,
  comparison.map((inner) => `NOT ${inner}`),
  fc.tuple(comparison, fc.constantFrom("AND", "OR"), comparison).map((parts) => parts.join(" ")),
  fc
    .tuple(comparison, fc.constantFrom("AND", "OR"), comparison, fc.constantFrom("AND", "OR"), comparison)
    .map(([a, op, b, op2, c]) => `(${a} ${op} ${b}) ${op2} ${c}`),
);
const assigned = fc.oneof(
  fc.constantFrom(":v1", ":v2", "a1", "a2"),
  fc.constantFrom(
    "a1 + :v1",
    "a2 - :v1",
    ":v1 + :v2",
    "if_not_exists(a1, :v1)",
    "if_not_exists(a2, :v1) + :v2",
  ),
  fc.constantFrom("list_append(a1, :v1)", "list_append(:v1, :v2)"),
);
// One REMOVE only: of several from one list, dynalite counts the second after the first is gone.
const update = fc
  .tuple(
    fc.option(fc.tuple(path, assigned).map(([to, from]) => `SET ${to} = ${from}`)),
    fc.option(path.map((of) => `REMOVE ${of}`)),
    fc.option(fc.tuple(fc.constantFrom("ADD", "DELETE"), attribute).map(([name, of]) => `${name} ${of} :v2`)),
  )
  .map((sections) => sections.filter(Boolean).join(" "))
  .filter((expression) => expression !== "");

/** Adds the values that the expressions use. */
function withValues(input: Record<string, any>, values: Record<string, any>): object {
  const text = JSON.stringify([input.ConditionExpression, input.UpdateExpression, input.FilterExpression]);
  const used = Object.entries(values).filter(([name]) => text.includes(name));
  return used.length > 0 ? { ...input, ExpressionAttributeValues: Object.fromEntries(used) } : input;
}

const request = fc.oneof(
  fc
    .record({
      key,
      item: fc.dictionary(attribute, value),
      condition: fc.option(condition),
      v1: value,
      v2: value,
    })
    .map(({ key, item, condition: ConditionExpression, v1, v2 }): [string, object] => [
      "PutItem",
      withValues(
        {
          TableName: "random",
          Item: { ...item, ...key },
          ReturnValues: "ALL_OLD",
          ...(ConditionExpression && { ConditionExpression }),
        },
        { ":v1": v1, ":v2": v2 },
      ),
    ]),
  fc
    .record({
      Key: key,
      UpdateExpression: update,
      condition: fc.option(condition),
      ReturnValues: fc.constantFrom("ALL_NEW", "ALL_OLD", "UPDATED_NEW", "UPDATED_OLD", "NONE"),
      v1: value,
      v2: value,
    })
    .map(({ condition: ConditionExpression, v1, v2, ...input }): [string, object] => [
      "UpdateItem",
      withValues(
        { TableName: "random", ...input, ...(ConditionExpression && { ConditionExpression }) },
        { ":v1": v1, ":v2": v2 },
      ),
    ]),
  fc
    .record({ Key: key, ConditionExpression: condition, v1: value, v2: value })
    .map(({ v1, v2, ...input }): [string, object] => [
      "DeleteItem",
      withValues({ TableName: "random", ReturnValues: "ALL_OLD", ...input }, { ":v1": v1, ":v2": v2 }),
    ]),
  key.map((Key): [string, object] => ["GetItem", { TableName: "random", Key }]),
  fc
    .record({
      pk: fc.constantFrom("p1", "p2"),
      term: fc.constantFrom("", " AND sk > :s", " AND sk <= :s", " AND sk BETWEEN :s AND :t", " AND :s = sk"),
      ScanIndexForward: fc.boolean(),
      Limit: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      FilterExpression: fc.constantFrom(undefined, "attribute_exists(a1)", "size(a2) > :s"),
    })
    .map(({ pk, term, FilterExpression, ...input }): [string, object] => {
      const expressions = `${term} ${FilterExpression}`;
      return [
        "Query",
        {
          TableName: "random",
          ...input,
          ...(FilterExpression && { FilterExpression }),
          KeyConditionExpression: `pk = :p${term}`,
          ExpressionAttributeValues: {
            ":p": { S: pk },
            ...(expressions.includes(":s") && { ":s": { N: "1" } }),
            ...(expressions.includes(":t") && { ":t": { N: "2" } }),
          },
        },
      ];
    }),
);

/** Questions on which dynalite is known to be wrong, so that nothing is learned from comparing. */
function isUnfair(input: any): boolean {
  const text = [input.ConditionExpression, input.FilterExpression, input.UpdateExpression].join(" ");
  const values = JSON.stringify([input.ExpressionAttributeValues ?? {}, input.Item ?? {}]);
  return (
    // Compares lists and maps, and members of sets, by identity or loosely; reads empty strings as absent.
    /"(L|M|SS|NS|BS|BOOL|NULL)":/.test(values) &&
    /=|<|>|IN|contains|BETWEEN/.test(text.replace(/SET \S+ = /g, ""))
  );
}

test("random requests are answered alike", async () => {
  await createTable("random", {});
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 25 }), async (requests) => {
      for (const [operation, input] of requests) if (!isUnfair(input)) await compare(operation, input);
    }),
    { numRuns: 150, seed: 20260301 },
  );
});
