import { beforeEach, describe, expect, test } from "vitest";
import { refusal } from "./harness.ts";
import { type Statements, statements } from "./partiql.ts";

let local: Statements;
const item = {
  pk: { S: "item" },
  n: { N: "5" },
  s: { S: "str" },
  ss: { SS: ["a", "b"] },
  ns: { NS: ["1", "2"] },
  l: { L: [{ N: "1" }, { S: "two" }] },
  m: { M: { g: { L: [{ N: "2020" }] } } },
};
beforeEach(async () => {
  local = await statements();
  await local.put("str", item);
});

const stored = (pk = "item") => local.stored("str", { pk: { S: pk } });
const update = (rest: string, parameters?: object[]) =>
  local.run(`UPDATE "str" ${rest} WHERE pk = 'item'`, parameters);
const FAILED = "ConditionalCheckFailedException: The conditional request failed";

describe("INSERT", () => {
  test("makes an item of literals and parameters", async () => {
    const statement = `INSERT INTO "str" VALUE {'pk': ?, 'n': 1E3, 'neg': -1.50, 'q': 'it''s', 'no': null, 'yes': true,
      'm': {'a': [1, <<'x', 'y'>>]}, 'set': <<1, 34.0>>, 'p': ?}`;
    expect(await local.run(statement, [{ S: "new" }, { M: { deep: { BS: ["AQ=="] } } }])).toEqual({
      Items: [],
    });
    expect(await stored("new")).toEqual({
      pk: { S: "new" },
      n: { N: "1000" },
      neg: { N: "-1.5" },
      q: { S: "it's" },
      no: { NULL: true },
      yes: { BOOL: true },
      set: { NS: ["1", "34"] },
      p: { M: { deep: { BS: ["AQ=="] } } },
      m: { M: { a: { L: [{ N: "1" }, { SS: ["x", "y"] }] } } },
    });
  });

  test("does not replace an item", async () => {
    const again = local.run("INSERT INTO str VALUE {'pk': 'item', 'other': 1}");
    expect(await refusal(again)).toBe("DuplicateItemException: Duplicate primary key exists in table");
    expect(await stored()).toEqual(item);
    await local.run("INSERT INTO str VALUE {'pk': 'item', 'other': 1} ON CONFLICT DO NOTHING");
    expect(await stored()).toEqual(item);
    await local.run("DELETE FROM str WHERE pk = 'item'");
    await local.run("INSERT INTO str VALUE {'pk': 'item', 'other': 1} ON CONFLICT DO NOTHING");
    expect(await stored()).toEqual({ pk: { S: "item" }, other: { N: "1" } });
  });

  test.each([
    ["{'n': 1}", "One or more parameter values were invalid: Missing the key pk in the item"],
    [
      "{'pk': 1}",
      "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N",
    ],
    ["{'pk': 'x', 'a': 1, 'a': 2}", "Duplicate keys in tuple. Key: a under root"],
    ["{1: 'x'}", "Tuple keys must be of type String. Actual type: Number under root"],
    [
      "'x'",
      "Unsupported format in item expression. Please use struct format {...} to express item values for insert statement.",
    ],
    [
      "{'pk': 'x', 'ss': set_add(<<'a'>>, <<'b'>>)}",
      "Unsupported data type: set_add under key root at 1:41:7",
    ],
    ["{'pk': 'x', 'a': MISSING}", "MISSING must be compared using IS operator"],
    ["{'pk': 'x'} RETURNING ALL OLD *", "RETURNING is not supported in INSERT"],
    ["{'pk': 'x'} ON CONFLICT DO REPLACE", 'Invalid conflict action. Only "DO NOTHING" action is supported.'],
  ])("refused: %s", async (value, message) => {
    expect(await refusal(local.run(`INSERT INTO str VALUE ${value}`))).toBe(
      `ValidationException: ${message}`,
    );
    expect(await stored("x")).toBeUndefined();
  });
});

describe("UPDATE", () => {
  test("sets and removes, in any order of clauses", async () => {
    const rest =
      "SET n=n-1, copy = s REMOVE l[0], m.none SET m.g = list_append(m.g, [2016]) SET ss = set_add(ss, <<'c', 'a'>>) SET ns = SET_DELETE(ns, <<1>>)";
    expect(await update(rest)).toEqual({ Items: [] });
    expect(await stored()).toEqual({
      ...item,
      n: { N: "4" },
      copy: { S: "str" },
      l: { L: [{ S: "two" }] },
      ns: { NS: ["2"] },
      ss: { SS: ["a", "b", "c"] },
      m: { M: { g: { L: [{ N: "2020" }, { N: "2016" }] } } },
    });
  });

  test("reads the item before the update", async () => {
    await update("SET n = n + ?, was = n, l[1] = list_append([2010], l)", [{ N: "2.5" }]);
    expect(await stored()).toMatchObject({
      n: { N: "7.5" },
      was: { N: "5" },
      l: { L: [{ N: "1" }, { L: [{ N: "2010" }, { N: "1" }, { S: "two" }] }] },
    });
  });

  test("creates and removes sets", async () => {
    await update(
      "SET fresh = set_add(fresh, ?) SET ss = set_delete(ss, <<'a', 'b'>>) SET none = set_delete(none, <<'x'>>)",
      [{ BS: ["AQ=="] }],
    );
    const { ss, ...rest } = item;
    expect(await stored()).toEqual({ ...rest, fresh: { BS: ["AQ=="] } });
  });

  test("creates no item", async () => {
    for (const condition of ["", " AND attribute_not_exists(pk)", " AND n IS MISSING"]) {
      const run = local.run(`UPDATE str SET n = 1 WHERE pk = 'absent'${condition}`);
      expect(await refusal(run)).toBe(FAILED);
    }
    expect(await stored("absent")).toBeUndefined();
  });

  test.each([
    ["WHERE pk = 'item' AND n = 5", "accepted"],
    ["WHERE (n = 5 AND ('item' = pk))", "accepted"],
    ["WHERE pk = 'item' AND pk = 'item' AND y IS MISSING", "accepted"],
    ["WHERE pk = 'item' AND ss = <<'b', 'a'>>", "accepted"],
    ["WHERE pk = 'item' AND n = 6", FAILED],
    ["WHERE pk = 'item' AND NOT begins_with(s, 's')", FAILED],
    ["WHERE pk = 'item' AND (n = 6 OR contains(s, 'x'))", FAILED],
  ])("%s is %s", async (where, expected) => {
    expect(await refusal(local.run(`UPDATE str SET z = 1 ${where}`))).toBe(expected);
    expect((await stored()).z).toEqual(expected === "accepted" ? { N: "1" } : undefined);
  });

  test("leaves no item that is nested more than 32 levels deep", async () => {
    const deep = (levels: number): object => (levels === 0 ? { S: "x" } : { M: { a: deep(levels - 1) } });
    const set = "UPDATE str SET m.deep = ? WHERE pk = 'item'";
    expect(await refusal(local.run(set, [deep(30)]))).toBe("accepted");
    const refused = "Nesting Levels have exceeded supported limits";
    expect(await refusal(local.run(set, [deep(31)]))).toBe(`ValidationException: ${refused}`);
    expect(await local.batch({ Statement: set, Parameters: [deep(31)] })).toEqual([
      { TableName: "str", Error: { Code: "ValidationError", Message: refused } },
    ]);
    const update = local.call("UpdateItem", {
      TableName: "str",
      Key: { pk: { S: "item" } },
      UpdateExpression: "SET m.deep = :v",
      ExpressionAttributeValues: { ":v": deep(31) },
    });
    expect(await refusal(update)).toBe(`ValidationException: ${refused}`);
  });

  test("may begin with FROM", async () => {
    const set = "FROM str WHERE pk = ? AND n = 5 SET c = ? REMOVE s RETURNING MODIFIED NEW *";
    expect(await local.items(set, [{ S: "item" }, { N: "7" }])).toEqual([{ c: { N: "7" } }]);
    expect((await stored()).s).toBeUndefined();
  });

  const INCOMPLETE = "Where clause does not contain a mandatory equality on all key attributes";
  const operand = (operator: string, type: string) =>
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`;
  test.each([
    ["UPDATE str SET z = 1", INCOMPLETE],
    ["FROM str SET z = 1", INCOMPLETE],
    ["UPDATE str SET z = 1 WHERE n = 1", INCOMPLETE],
    ["UPDATE str SET z = 1 WHERE pk IN ['item']", INCOMPLETE],
    ["UPDATE str SET z = 1 WHERE pk = 'item' OR n = 1", INCOMPLETE],
    ["UPDATE com SET z = 1 WHERE pk = 'item'", INCOMPLETE],
    [
      "UPDATE str SET z = 1 WHERE pk = 'item' AND pk = 'other'",
      "Multiple conditions on same key pk. Only single item Update/Insert/Delete are supported",
    ],
    ["UPDATE str SET z = 1 WHERE pk = 1", "The provided key element does not match the schema"],
    [
      "UPDATE str SET pk = 'x' WHERE pk = 'item'",
      "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key",
    ],
    ['UPDATE "com"."by-time" SET z = 1 WHERE pk = \'x\'', "This operation is not supported on an index"],
    ["UPDATE str SET n = 'a' + 1 WHERE pk = 'item' AND n = 9", operand("+", "S")],
    ["UPDATE str SET n = n - null WHERE pk = 'item' AND n = 9", operand("-", "NULL")],
    [
      "UPDATE str SET n = s + 1 WHERE pk = 'item'",
      "An operand in the update expression has an incorrect data type",
    ],
    [
      "UPDATE str SET none = list_append(none, [1]) WHERE pk = 'item'",
      "The provided expression refers to an attribute that does not exist in the item",
    ],
    [
      "UPDATE str SET a.b = 1 WHERE pk = 'item'",
      "The document path provided in the update expression is invalid for update",
    ],
    [
      "UPDATE str SET n = 1 REMOVE n WHERE pk = 'item'",
      "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [n], path two: [n]",
    ],
    ["UPDATE str SET n = n * 2 WHERE pk = 'item'", "Unsupported operator in Update Expression. Operator: *"],
    [
      "UPDATE str SET n = if_not_exists(n, 1) WHERE pk = 'item'",
      "Unrecognized function: if_not_exists at 1:20:13",
    ],
    [
      "UPDATE str SET n = (s IS NULL) WHERE pk = 'item'",
      "IS operator is not supported in update expressions",
    ],
    [
      "UPDATE str SET t = set_add(ss, <<'x'>>) WHERE pk = 'item'",
      "The first argument to SET_ADD must equal the assignment value at 1:20:7",
    ],
    [
      "UPDATE str SET ss = set_delete(ss, ['x']) WHERE pk = 'item'",
      "The second argument to SET_DELETE must be a value with type SET at 1:32:2",
    ],
    [
      "UPDATE str SET ss = set_add(ss) WHERE pk = 'item'",
      "SET_ADD must have exactly two arguments at 1:21:7",
    ],
    [
      "UPDATE str SET ss = set_add(ss, <<1>>) WHERE pk = 'item'",
      "An operand in the update expression has an incorrect data type",
    ],
    [
      "UPDATE str SET n = 1 WHERE pk = 'item' RETURNING ALL OLD n",
      "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause",
    ],
  ])("refused: %s", async (statement, message) => {
    expect(await refusal(local.run(statement))).toBe(`ValidationException: ${message}`);
    expect(await stored()).toEqual(item);
  });

  test.each([
    ["ALL OLD", item],
    ["ALL NEW", { ...item, n: { N: "6" }, fresh: { S: "x" } }],
    ["MODIFIED OLD", { n: { N: "5" } }],
    ["MODIFIED NEW", { n: { N: "6" }, fresh: { S: "x" } }],
  ])("RETURNING %s *", async (what, expected) => {
    const statement = `UPDATE str SET n = n + 1, fresh = 'x' WHERE pk = 'item' RETURNING ${what} *`;
    expect(await local.items(statement)).toEqual([expected]);
    const removed = await local.items("UPDATE str REMOVE fresh WHERE pk = 'item' RETURNING MODIFIED NEW *");
    expect(removed).toEqual([]);
  });

  test("returns the item for which its condition failed, on request", async () => {
    const failed = local.run("UPDATE str SET n = 1 WHERE pk = 'item' AND n = 9", undefined, {
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    await expect(failed).rejects.toMatchObject({ details: { Item: item } });
    const silent = local.run("UPDATE str SET n = 1 WHERE pk = 'item' AND n = 9");
    await expect(silent).rejects.toMatchObject({ details: {} });
  });
});

describe("DELETE", () => {
  test("removes one item, and returns it on request", async () => {
    expect(await local.items("DELETE FROM str WHERE pk = 'item' AND n = 5 RETURNING ALL OLD *")).toEqual([
      item,
    ]);
    expect(await stored()).toBeUndefined();
    expect(await local.items("DELETE FROM str WHERE pk = 'item' RETURNING ALL OLD *")).toEqual([]);
  });

  test("fails if the item does not match, and does nothing if there is none", async () => {
    expect(await refusal(local.run("DELETE FROM str WHERE pk = 'item' AND n = 6"))).toBe(FAILED);
    expect(await stored()).toEqual(item);
    expect(await local.run("DELETE FROM str WHERE pk = 'absent' AND n = 6")).toEqual({ Items: [] });
  });

  test.each([
    ["", "Where clause does not contain a mandatory equality on all key attributes"],
    ["WHERE s = 'str'", "Where clause does not contain a mandatory equality on all key attributes"],
    ...["ALL NEW", "MODIFIED OLD", "MODIFIED NEW"].map((what) => [
      `WHERE pk = 'item' RETURNING ${what} *`,
      `Invalid returning clause: RETURNING ${what} *. Only RETURNING ALL OLD * is allowed in DELETE statements.`,
    ]),
  ])("refused: %s", async (rest, message) => {
    expect(await refusal(local.run(`DELETE FROM str ${rest}`))).toBe(`ValidationException: ${message}`);
    expect(await stored()).toEqual(item);
  });
});

test("EXISTS is for transactions", async () => {
  const statement = "EXISTS(SELECT * FROM str WHERE pk = 'item' AND n = 5)";
  expect(await refusal(local.run(statement))).toBe(
    "ValidationException: EXISTS can only be used in ExecuteTransaction write requests.",
  );
});

test("writes appear in the stream as those of other operations do", async () => {
  await local.call("UpdateTable", {
    TableName: "str",
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  });
  await local.run("INSERT INTO str VALUE {'pk': 'x'}");
  await local.run("UPDATE str SET n = 1 WHERE pk = 'x'");
  await local.run("UPDATE str SET n = 1 WHERE pk = 'x'");
  await local.run("DELETE FROM str WHERE pk = 'x'");
  const { Streams } = await local.streams("ListStreams", { TableName: "str" });
  const { StreamArn } = Streams[0];
  const { StreamDescription } = await local.streams("DescribeStream", { StreamArn });
  const { ShardIterator } = await local.streams("GetShardIterator", {
    StreamArn,
    ShardId: StreamDescription.Shards[0].ShardId,
    ShardIteratorType: "TRIM_HORIZON",
  });
  const { Records } = await local.streams("GetRecords", { ShardIterator });
  expect(
    Records.map(({ eventName, dynamodb }: any) => [eventName, dynamodb.OldImage, dynamodb.NewImage]),
  ).toEqual([
    ["INSERT", undefined, { pk: { S: "x" } }],
    ["MODIFY", { pk: { S: "x" } }, { pk: { S: "x" }, n: { N: "1" } }],
    ["REMOVE", { pk: { S: "x" }, n: { N: "1" } }, undefined],
  ]);
});

test("a write costs the same as the equivalent write", async () => {
  const statement = "UPDATE str SET s = ? WHERE pk = 'item'";
  const { ConsumedCapacity } = await local.run(statement, [{ S: "x".repeat(2100) }], {
    ReturnConsumedCapacity: "TOTAL",
  });
  expect(ConsumedCapacity).toEqual({ TableName: "str", CapacityUnits: 3 });
});
