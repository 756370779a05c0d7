import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { SHAPES } from "../../../local/dynamodb/operations/shapes.ts";
import { ServiceError } from "../../../local/kernel/errors.ts";
import { type Cloud, refusal, startCloud, tableInput } from "./harness.ts";

let cloud: Cloud;
beforeEach(async () => {
  cloud = startCloud();
  await cloud.call("CreateTable", tableInput("things", "N"));
});

/** Only what the service could answer may come out: a result or one of its errors. */
async function survives(operation: string, input: object): Promise<void> {
  const error = await cloud.call(operation, input).then(
    () => undefined,
    (error) => error,
  );
  if (error)
    expect(error, `${operation} ${JSON.stringify(input)}\n${error.stack}`).toBeInstanceOf(ServiceError);
}

const pieces = fc.constantFrom(
  ..."a b.c [0] [ ] ( ) , . = <> < >= + - :v :w #n AND OR NOT BETWEEN IN SET REMOVE ADD DELETE".split(" "),
  ..."size( contains( begins_with( attribute_exists( if_not_exists( list_append( _ ! \u{1f600}".split(" "),
);
const expression = fc.oneof(
  fc.array(pieces, { maxLength: 15 }).map((found) => found.join(" ")),
  fc.string(),
);

test("no expression crashes the engine", async () => {
  const key = { TableName: "things", Key: { pk: { S: "a" }, sk: { N: "1" } } };
  const shared = {
    ExpressionAttributeNames: { "#n": "n" },
    ExpressionAttributeValues: { ":v": { N: "1" }, ":w": { L: [] } },
  };
  await fc.assert(
    fc.asyncProperty(expression, async (text) => {
      await survives("UpdateItem", { ...key, ...shared, UpdateExpression: text });
      await survives("DeleteItem", { ...key, ...shared, ConditionExpression: text });
      await survives("Query", { TableName: "things", ...shared, KeyConditionExpression: text });
      await survives("GetItem", { ...key, ProjectionExpression: text });
    }),
    { numRuns: 1000 },
  );
});

const words = fc.constantFrom(
  ...`SELECT * FROM "things" things WHERE pk sk = 'a' 1 ? ( ) [ ] { } << >> , : . ; AND OR NOT IN BETWEEN IS MISSING NULL`.split(
    " ",
  ),
  ...`UPDATE SET REMOVE DELETE INSERT INTO VALUE RETURNING ALL OLD NEW ORDER BY DESC EXISTS( size( contains( - + <> >= . -- /*`.split(
    " ",
  ),
  "set_add(",
  "list_append(",
  "attribute_type(",
  '"',
  "'",
  "1e9",
  "1e999999999999",
  "\n",
  "\u{1f600}",
  "m.x[0]",
);
const beginnings = fc.constantFrom(
  "",
  `SELECT * FROM "things" WHERE pk = 'a' AND `,
  `SELECT * FROM "things" WHERE `,
  `UPDATE "things" SET `,
  `UPDATE "things" SET n = n + 1 WHERE pk = 'a' AND sk = 1 AND `,
  `DELETE FROM "things" WHERE pk = 'a' AND sk = 1 `,
  `INSERT INTO "things" VALUE {'pk': 'a', 'sk': 1, `,
  `EXISTS(SELECT * FROM "things" WHERE pk = 'a' AND sk = 1 AND `,
);

test("no statement crashes the engine, or its authorization", async () => {
  const { kernel } = cloud;
  const judged: string[] = [];
  // A policy that asks for every condition key.
  kernel.authorizer = (_context, service, operation, input) => {
    for (const { context } of kernel.service(service)!.accesses!(operation, input)) {
      for (const value of Object.values(context()))
        judged.push(String(typeof value === "function" ? value() : value));
    }
  };
  await fc.assert(
    fc.asyncProperty(beginnings, fc.array(words, { maxLength: 12 }), async (beginning, found) => {
      const request = { Statement: `${beginning}${found.join(" ")}`, Parameters: [{ S: "a" }, { N: "1" }] };
      await survives("ExecuteStatement", request);
      await survives("BatchExecuteStatement", { Statements: [request] });
      await survives("ExecuteTransaction", { TransactStatements: [request] });
    }),
    { numRuns: 2000 },
  );
  expect(judged.length).toBeGreaterThan(0);
});

const names = [
  "TableName",
  "Key",
  "Item",
  "Limit",
  "TransactItems",
  "RequestItems",
  "KeySchema",
  "ShardIterator",
  "S",
  "N",
  "L",
  "M",
];
const anything: fc.Arbitrary<any> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(
      null,
      true,
      0,
      -1,
      1.5,
      1e300,
      "",
      "things",
      "arn:aws:dynamodb:us-east-1:000000000000:table/things",
    ),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("__proto__", "constructor", "pk", ...names), tie("value"), { maxKeys: 4 }),
  ),
})).value;

/** Members that get a request past the first checks, unless the random ones take their place. */
const valid: Record<string, unknown> = {
  TableName: "things",
  Key: { pk: { S: "a" }, sk: { N: "1" } },
  Item: { pk: { S: "a" }, sk: { N: "1" } },
  ResourceArn: "arn:aws:dynamodb:us-east-1:000000000000:table/things",
  KeyConditionExpression: "pk = :p",
  Statement: "SELECT * FROM things WHERE pk = 'a'",
  ExpressionAttributeValues: { ":p": { S: "a" } },
};

test.each(Object.keys(SHAPES))("no input crashes %s", async (operation) => {
  const shape = SHAPES[operation]!;
  const members = shape.kind === "structure" ? Object.keys(shape.members) : [];
  const base = Object.fromEntries(Object.entries(valid).filter(([name]) => members.includes(name)));
  const inputs = members.length > 0 ? fc.dictionary(fc.constantFrom(...members), anything) : anything;
  await fc.assert(
    fc.asyncProperty(inputs, (input) => survives(operation, { ...base, ...input })),
    { numRuns: 300 },
  );
});

test("an expression may be 4 KB long and nest 300 deep", async () => {
  const filter = (FilterExpression: string) =>
    refusal(cloud.call("Scan", { TableName: "things", FilterExpression }));
  expect(await filter(`attribute_exists(${"a".repeat(4096)})`)).toBe(
    "ValidationException: Invalid FilterExpression: Expression size has exceeded the maximum allowed size; expression size: 4114",
  );
  expect(await filter("(".repeat(2000))).toBe(
    "ValidationException: Invalid FilterExpression: The expression contains too many operators; operator count: 301",
  );
});
