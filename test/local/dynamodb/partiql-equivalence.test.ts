/** The same conditions and updates in PartiQL and in expressions come out the same. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { startCloud, tableInput } from "./harness.ts";

const NAMES = ["a", "b", "c"];
/** What an expression names, and `IS NULL` says by itself. */
const NULL_TYPE = { S: "NULL" };
const PATHS = [...NAMES, "m.x", "l[0]"];

const scalar = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map((n) => ({ N: String(n) })),
  fc.constantFrom("", "x", "xy", "y").map((S) => ({ S })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true }),
);
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }).map((L) => ({ L })) },
  { weight: 1, arbitrary: fc.constantFrom<object>({ SS: ["x", "y"] }, { NS: ["1", "2"] }, { SS: ["y"] }) },
);
const ordered = scalar.filter((value) => "N" in value || "S" in value);
const item = fc.record(
  {
    a: value,
    b: value,
    c: value,
    m: fc.record({ x: scalar }).map((M) => ({ M })),
    l: fc.constant({ L: [{ N: "1" }] }),
  },
  { requiredKeys: [] },
);

/** A condition in both languages: with `?` and values in their order, and with placeholders for them. */
interface Both {
  partiql: string;
  expression: (placeholder: () => string) => string;
  values: object[];
}
const path = fc.constantFrom(...PATHS);
const leaf: fc.Arbitrary<Both> = fc.oneof(
  fc.tuple(path, fc.constantFrom("=", "<>"), value).map(([at, operator, value]) => ({
    partiql: `${at} ${operator} ?`,
    values: [value],
    expression: (next: () => string) => `${at} ${operator} ${next()}`,
  })),
  fc.tuple(path, fc.constantFrom("<", "<=", ">", ">="), ordered).map(([at, operator, value]) => ({
    partiql: `${at} ${operator} ?`,
    values: [value],
    expression: (next: () => string) => `${at} ${operator} ${next()}`,
  })),
  fc.tuple(path, scalar, scalar).map(([at, one, other]) => ({
    partiql: `${at} IN [?, ?]`,
    values: [one, other],
    expression: (next: () => string) => `${at} IN (${next()}, ${next()})`,
  })),
  fc
    .tuple(path, fc.integer({ min: -3, max: 0 }), fc.integer({ min: 0, max: 3 }))
    .map(([at, lower, upper]) => ({
      partiql: `${at} BETWEEN ? AND ?`,
      values: [{ N: String(lower) }, { N: String(upper) }],
      expression: (next: () => string) => `${at} BETWEEN ${next()} AND ${next()}`,
    })),
  fc.tuple(path, fc.constantFrom("x", "y")).map(([at, S]) => ({
    partiql: `begins_with(${at}, ?)`,
    values: [{ S }],
    expression: (next: () => string) => `begins_with(${at}, ${next()})`,
  })),
  fc.tuple(path, scalar).map(([at, value]) => ({
    partiql: `contains(${at}, ?)`,
    values: [value],
    expression: (next: () => string) => `contains(${at}, ${next()})`,
  })),
  path.map((at) => ({
    partiql: `${at} IS MISSING`,
    values: [],
    expression: () => `attribute_not_exists(${at})`,
  })),
  path.map((at) => ({
    partiql: `${at} IS NOT NULL`,
    values: [NULL_TYPE],
    expression: (next: () => string) => `NOT attribute_type(${at}, ${next()})`,
  })),
  fc.tuple(path, fc.integer({ min: 0, max: 3 })).map(([at, n]) => ({
    partiql: `size(${at}) > ?`,
    values: [{ N: String(n) }],
    expression: (next: () => string) => `size(${at}) > ${next()}`,
  })),
);
const condition: fc.Arbitrary<Both> = fc.letrec<{ node: Both }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.tuple(tie("node"), fc.constantFrom("AND", "OR"), tie("node")).map(([left, operator, right]) => ({
      partiql: `(${left.partiql}) ${operator} (${right.partiql})`,
      values: [...left.values, ...right.values],
      expression: (next: () => string) =>
        `(${left.expression(next)} ) ${operator} (${right.expression(next)} )`,
    })),
    tie("node").map((inner) => ({
      partiql: `NOT (${inner.partiql})`,
      values: inner.values,
      expression: (next: () => string) => `NOT (${inner.expression(next)})`,
    })),
  ),
})).node;

/** The parameters of a request with expressions. */
function placeholders({ expression, values }: Both) {
  let count = 0;
  const text = expression(() => `:v${count++}`);
  const named = Object.fromEntries(values.slice(0, count).map((value, at) => [`:v${at}`, value]));
  return { text, ...(count > 0 && { values: named }) };
}

const outcome = (call: Promise<any>) =>
  call.then(
    (answer) => answer,
    (error: Error) => ({ refused: error.name }),
  );

test("conditions select the same items, and allow the same updates", async () => {
  const cloud = startCloud();
  await cloud.call("CreateTable", tableInput("one"));
  await cloud.call("CreateTable", tableInput("two"));
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(item, condition, value, async (attributes, both, assigned) => {
      const given = both.values.filter((value) => value !== NULL_TYPE);
      const { text, values } = placeholders(both);
      const Item = { ...attributes, pk: { S: "k" } };
      for (const TableName of ["one", "two"]) await cloud.call("PutItem", { TableName, Item });
      const more = given.length > 0 ? { Parameters: given } : {};

      const selected = await outcome(
        cloud.call("ExecuteStatement", { Statement: `SELECT * FROM one WHERE ${both.partiql}`, ...more }),
      );
      const scanned = await outcome(
        cloud.call("Scan", {
          TableName: "one",
          FilterExpression: text,
          ...(values && { ExpressionAttributeValues: values }),
        }),
      );
      const redundant = scanned.refused === "ValidationException" && !selected.refused;
      if (!redundant) expect(selected.Items).toEqual(scanned.Items);
      else return;

      const updated = await outcome(
        cloud.call("ExecuteStatement", {
          Statement: `UPDATE one SET a = ?, fresh = pk WHERE pk = 'k' AND (${both.partiql})`,
          Parameters: [assigned, ...given],
        }),
      );
      const written = await outcome(
        cloud.call("UpdateItem", {
          TableName: "two",
          Key: { pk: { S: "k" } },
          UpdateExpression: "SET a = :new, fresh = pk",
          ConditionExpression: text,
          ExpressionAttributeValues: { ...values, ":new": assigned },
        }),
      );
      expect(updated.refused).toBe(written.refused);
      const stored = async (TableName: string) =>
        (await cloud.call("GetItem", { TableName, Key: { pk: { S: "k" } } })).Item;
      expect(await stored("one")).toEqual(await stored("two"));
      compared++;
    }),
    { numRuns: 1000 },
  );
  expect(compared).toBeGreaterThan(300);
});
