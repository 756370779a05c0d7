import { beforeAll, expect, test } from "vitest";
import { type Cloud, refusal, startCloud, tableInput } from "./harness.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = startCloud();
  await cloud.call("CreateTable", tableInput("things"));
});

const ITEM = {
  s: { S: "hello" },
  n: { N: "10" },
  b: { B: "AQID" },
  t: { BOOL: true },
  none: { NULL: true },
  ss: { SS: ["a", "b"] },
  ns: { NS: ["1", "2"] },
  l: { L: [{ S: "x" }, { N: "2" }, { M: { deep: { S: "y" } } }] },
  m: { M: { core: { L: [{ N: "7" }] }, "a.b": { S: "dotted" } } },
};

const VALUES: Record<string, object> = {
  ":hello": { S: "hello" },
  ":he": { S: "he" },
  ":ll": { S: "ll" },
  ":a": { S: "a" },
  ":x": { S: "x" },
  ":5": { N: "5" },
  ":2": { N: "2" },
  ":3": { N: "3" },
  ":7": { N: "7.0" },
  ":10": { N: "10" },
  ":20": { N: "20" },
  ":bytes": { B: "AQ==" },
  ":ba": { SS: ["b", "a"] },
  ":S": { S: "S" },
  ":L": { S: "L" },
  ":true": { BOOL: true },
};

/** The names and values that the expression uses, out of those above. */
function withPlaceholders(parameter: string, expression: string, names: Record<string, string> = {}) {
  const used = [...new Set(expression.match(/:\w+/g) ?? [])].filter((key) => VALUES[key]);
  return {
    [parameter]: expression,
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(used.length > 0 && {
      ExpressionAttributeValues: Object.fromEntries(used.map((key) => [key, VALUES[key]])),
    }),
  };
}

test.each([
  ["s = :hello", true],
  ["s <> :hello", false],
  ["absent <> :hello", true],
  ["absent = :hello", false],
  ["n > :5 AND n <= :10", true],
  ["n BETWEEN :5 AND :10 AND s = :hello", true],
  ["n IN (:5, :10)", true],
  ["n IN (:5)", false],
  ["s > :5", false],
  ["NOT s > :5", true],
  ["s = :a OR s = :hello AND n = :5", false],
  ["(s = :a OR s = :hello) AND n = :10", true],
  ["NOT s = :a AND n = :10", true],
  ["not (s = :a) and n between :5 and :20", true],
  ["attribute_exists(m.core[0])", true],
  ["attribute_exists(m.core[1])", false],
  ["attribute_not_exists(m.nothing.deeper)", true],
  ["attribute_type(s, :S)", true],
  ["attribute_type(l, :S)", false],
  ["attribute_type(l, :L)", true],
  ["begins_with(s, :he)", true],
  ["begins_with(b, :bytes)", true],
  ["begins_with(s, :ll)", false],
  ["contains(s, :ll)", true],
  ["contains(ss, :a)", true],
  ["contains(ns, :2)", true],
  ["contains(l, :x)", true],
  ["contains(l, :2)", true],
  ["contains(n, :2)", false],
  ["size(s) = :5", true],
  ["size(ss) = :2", true],
  ["size(l) = :3", true],
  ["size(b) = :3", true],
  ["size(m) < :3", true],
  ["size(n) = :2", false],
  ["attribute_exists((s))", true],
  ["contains((s), (:ll))", true],
  ["l[2].deep <> :x", true],
  ["m.core[0] = :7", true],
  ["ss = :ba", true],
  ["t = :true", true],
  [":hello = s", true],
])("the condition %s is %s", async (expression, met) => {
  await cloud.call("PutItem", { TableName: "things", Item: { pk: { S: "item" }, ...ITEM } });
  const outcome = await refusal(
    cloud.call("DeleteItem", {
      TableName: "things",
      Key: { pk: { S: "item" } },
      ...withPlaceholders("ConditionExpression", expression),
    }),
  );
  expect(outcome).toBe(met ? "accepted" : "ConditionalCheckFailedException: The conditional request failed");
});

test.each([
  ["", {}, "The expression can not be empty;"],
  ["a = ", {}, 'Syntax error; token: "<EOF>", near: "="'],
  ["a = = :5", {}, 'Syntax error; token: "=", near: "= = :5"'],
  ["_a = :5", {}, 'Syntax error; token: "_", near: "_a"'],
  ["a AND b = :5", {}, 'Syntax error; token: "AND", near: "a AND b"'],
  ["a[x] = :5", {}, 'Syntax error; token: "x", near: "[x]"'],
  ["a ! :5", {}, 'Syntax error; token: "!", near: "a ! :5"'],
  ["a > between", {}, 'Syntax error; token: "between", near: "> between"'],
  [
    "attribute_type(a, size(a)) AND a = :5",
    {},
    "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N",
  ],
  ["a = :5 AND whatever((:5)) > a", {}, "Invalid function name; function: whatever"],
  ["a > ((b))", {}, "The expression has redundant parentheses;"],
  ["((a = :5))", {}, "The expression has redundant parentheses;"],
  ["attribute_exist(a)", {}, "Invalid function name; function: attribute_exist"],
  ["size(a)", {}, "The function is not allowed to be used this way in an expression; function: size"],
  [
    "contains(a, :5) = :5",
    {},
    "The function is not allowed to be used this way in an expression; function: contains",
  ],
  ["status = :5", {}, "Attribute name is a reserved keyword; reserved keyword: status"],
  ["a.Name = :5", {}, "Attribute name is a reserved keyword; reserved keyword: Name"],
  [
    "#a = :5",
    {},
    "An expression attribute name used in the document path is not defined; attribute name: #a",
  ],
  [
    "a = :nope",
    {},
    "An expression attribute value used in expression is not defined; attribute value: :nope",
  ],
  [
    "begins_with(a)",
    {},
    "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1",
  ],
  [
    "a = a",
    {},
    "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]",
  ],
  [
    "begins_with(a, :5)",
    {},
    "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
  ],
  [
    "attribute_exists(:5)",
    {},
    "Operator or function requires a document path; operator or function: attribute_exists",
  ],
  [
    "attribute_type(a, :hello)",
    {},
    "Invalid attribute type name found; type: hello, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
  ],
  [
    "size(:5) = :5",
    {},
    "Incorrect operand type for operator or function; operator or function: size, operand type: N",
  ],
  [
    "a BETWEEN :20 AND :5",
    {},
    "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:20}, upper bound operand: AttributeValue: {N:5}",
  ],
  [
    "a BETWEEN :he AND :5",
    {},
    "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:he}, upper bound operand: AttributeValue: {N:5}",
  ],
  [
    "a < :true",
    {},
    "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
  ],
  [
    "NOT :ba >= absent",
    {},
    "Incorrect operand type for operator or function; operator or function: >=, operand type: SS",
  ],
  [
    "a BETWEEN :true AND :true",
    {},
    "Incorrect operand type for operator or function; operator or function: BETWEEN, operand type: BOOL",
  ],
] as const)("the condition %j is refused", async (expression, names, message) => {
  const outcome = await refusal(
    cloud.call("DeleteItem", {
      TableName: "things",
      Key: { pk: { S: "item" } },
      ...withPlaceholders("ConditionExpression", expression, names),
    }),
  );
  expect(outcome).toBe(`ValidationException: Invalid ConditionExpression: ${message}`);
});

test("names and values that no expression uses are refused, and so are names without an expression", async () => {
  const remove = (more: object) =>
    refusal(cloud.call("DeleteItem", { TableName: "things", Key: { pk: { S: "i" } }, ...more }));
  expect(
    await remove({
      ConditionExpression: "a = :v",
      ExpressionAttributeNames: { "#n": "n", "#o": "o" },
      ExpressionAttributeValues: { ":v": { S: "" } },
    }),
  ).toBe(
    "ValidationException: Value provided in ExpressionAttributeNames unused in expressions: keys: {#n, #o}",
  );
  expect(
    await remove({
      ConditionExpression: "a = :v",
      ExpressionAttributeValues: { ":v": { S: "" }, ":w": { S: "" } },
    }),
  ).toBe(
    "ValidationException: Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}",
  );
  expect(await remove({ ExpressionAttributeNames: { "#n": "n" } })).toBe(
    "ValidationException: ExpressionAttributeNames can only be specified when using expressions",
  );
  expect(await remove({ ConditionExpression: "a = :v", ExpressionAttributeValues: { v: { S: "" } } })).toBe(
    'ValidationException: ExpressionAttributeValues contains invalid key: Syntax error; key: "v"',
  );
  expect(
    await remove({ ConditionExpression: "a = :v", ExpressionAttributeValues: { ":v": { N: "x" } } }),
  ).toBe(
    "ValidationException: ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :v",
  );
});

/** What an update makes of an item that has these attributes. */
async function updated(before: object, expression: string, values: object = {}, names: object = {}) {
  const Key = { pk: { S: "update" } };
  await cloud.call("PutItem", { TableName: "things", Item: { ...Key, ...before } });
  const { Attributes } = await cloud.call("UpdateItem", {
    TableName: "things",
    Key,
    UpdateExpression: expression,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ReturnValues: "ALL_NEW",
  });
  const { pk: _, ...rest } = Attributes;
  return rest;
}

const numbers = (...values: number[]) => ({ L: values.map((value) => ({ N: String(value) })) });

test.each([
  ["SET a = :1", {}, { a: { N: "1" } }],
  ["SET a = a + :1, b = a", { a: { N: "1" } }, { a: { N: "2" }, b: { N: "1" } }],
  ["SET a = a - :1", { a: { N: "0.5" } }, { a: { N: "-0.5" } }],
  ["SET a = if_not_exists(a, :1) + :1", {}, { a: { N: "2" } }],
  ["SET a = list_append(a, :l)", { a: numbers(1) }, { a: numbers(1, 8, 9) }],
  ["SET a = list_append(:l, if_not_exists(a, :l))", {}, { a: numbers(8, 9, 8, 9) }],
  ["SET a.b = :1", { a: { M: {} } }, { a: { M: { b: { N: "1" } } } }],
  ["SET a[1] = :1", { a: numbers(5, 6, 7) }, { a: numbers(5, 1, 7) }],
  ["SET a[9] = :2, a[7] = :1", { a: numbers(5) }, { a: numbers(5, 1, 2) }],
  ["REMOVE a[0], a[2]", { a: numbers(0, 1, 2, 3) }, { a: numbers(1, 3) }],
  ["REMOVE a[0] SET a[1] = :1", { a: numbers(5, 6, 7) }, { a: numbers(1, 7) }],
  ["REMOVE a, a2", { a: { N: "1" }, b: { N: "2" } }, { b: { N: "2" } }],
  ["ADD a :1", {}, { a: { N: "1" } }],
  [
    "ADD a :1, b.c :1",
    { a: { N: "41" }, b: { M: { c: { N: "1" } } } },
    { a: { N: "42" }, b: { M: { c: { N: "2" } } } },
  ],
  ["ADD a :s", { a: { SS: ["x", "y"] } }, { a: { SS: ["x", "y", "z"] } }],
  ["DELETE a :s", { a: { SS: ["w", "x", "y"] } }, { a: { SS: ["w", "x"] } }],
  ["DELETE a :s", { a: { SS: ["y", "z"] } }, {}],
  ["set a = :1 remove b add c :1", { b: { N: "1" } }, { a: { N: "1" }, c: { N: "1" } }],
] as const)("%s of %j gives %j", async (expression, before, after) => {
  const all = { ":1": { N: "1" }, ":2": { N: "2" }, ":l": numbers(8, 9), ":s": { SS: ["y", "z"] } };
  const values = Object.fromEntries(Object.entries(all).filter(([key]) => expression.includes(key)));
  expect(await updated(before, expression, values)).toEqual(after);
});

test("38 digits survive arithmetic", async () => {
  const before = { a: { N: "12345678901234567890123456789012345678" } };
  expect(await updated(before, "SET a = a + :1", { ":1": { N: "1" } })).toEqual({
    a: { N: "12345678901234567890123456789012345679" },
  });
});

test("attributes with names of Object's members are ordinary attributes", async () => {
  const names = { "#p": "__proto__", "#c": "constructor" };
  const after = await updated({}, "SET #p = :1, #c = if_not_exists(#c, :1)", { ":1": { N: "1" } }, names);
  expect(Object.keys(after).sort()).toEqual(["__proto__", "constructor"]);
  const stored = await cloud.call("GetItem", { TableName: "things", Key: { pk: { S: "update" } } });
  expect(JSON.parse(JSON.stringify(stored.Item)).constructor).toEqual({ N: "1" });
});

test.each([
  ["SET a = absent", "The provided expression refers to an attribute that does not exist in the item"],
  ["SET a.b = :1", "The document path provided in the update expression is invalid for update"],
  ["REMOVE a.b", "The document path provided in the update expression is invalid for update"],
  ["SET a = words + :1", "An operand in the update expression has an incorrect data type"],
  ["ADD words :1", "An operand in the update expression has an incorrect data type"],
  [
    "SET a = :1 SET b = :1",
    'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
  ],
  [
    "SET a = :1, a = :1",
    "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]",
  ],
  [
    "SET a.b = :1 REMOVE a",
    "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]",
  ],
  [
    "SET a.b = :1, a[0] = :1",
    "Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [0]]",
  ],
  [
    "ADD a :t",
    "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING",
  ],
  [
    "DELETE a :1",
    "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER",
  ],
  [
    "SET a = :t + :1",
    "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S",
  ],
  [
    "SET pk = :1",
    "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key",
  ],
  ["SET a = :1,", 'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: ","'],
  ["a = :1", 'Invalid UpdateExpression: Syntax error; token: "a", near: "a ="'],
] as const)("the update %s is refused", async (expression, message) => {
  const values = Object.fromEntries(
    Object.entries({ ":1": { N: "1" }, ":t": { S: "text" } }).filter(([key]) => expression.includes(key)),
  );
  expect(await refusal(updated({ words: { S: "text" } }, expression, values))).toBe(
    `ValidationException: ${message}`,
  );
});

test("a projection keeps the shape of what it names", async () => {
  await cloud.call("PutItem", { TableName: "things", Item: { pk: { S: "item" }, ...ITEM } });
  const get = (ProjectionExpression: string, names?: object) =>
    cloud.call("GetItem", {
      TableName: "things",
      Key: { pk: { S: "item" } },
      ProjectionExpression,
      ...(names && { ExpressionAttributeNames: names }),
    });
  expect((await get("s, l[2].deep, l[0], m.core, nothing")).Item).toEqual({
    s: { S: "hello" },
    l: { L: [{ S: "x" }, { M: { deep: { S: "y" } } }] },
    m: { M: { core: { L: [{ N: "7" }] } } },
  });
  expect((await get("m.#d", { "#d": "a.b" })).Item).toEqual({ m: { M: { "a.b": { S: "dotted" } } } });
  expect(await refusal(get("m, m.core"))).toBe(
    "ValidationException: Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m], path two: [m, core]",
  );
});

test("the size of a string is its number of characters", async () => {
  await cloud.call("PutItem", { TableName: "things", Item: { pk: { S: "size" }, s: { S: "ab\u00ff" } } });
  const outcome = cloud.call("DeleteItem", {
    TableName: "things",
    Key: { pk: { S: "size" } },
    ConditionExpression: "size(s) = :three",
    ExpressionAttributeValues: { ":three": { N: "3" } },
  });
  expect(await refusal(outcome)).toBe("accepted");
});

test.each([["SET a = set", 'Invalid UpdateExpression: Syntax error; token: "set", near: "= set"']])(
  "the update %s is refused",
  async (UpdateExpression, message) => {
    const update = cloud.call("UpdateItem", {
      TableName: "things",
      Key: { pk: { S: "a" } },
      UpdateExpression,
    });
    expect(await refusal(update)).toBe(`ValidationException: ${message}`);
  },
);
