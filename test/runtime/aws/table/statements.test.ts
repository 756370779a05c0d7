import { expect, test } from "vitest";
import { insertStatement, updateStatement } from "../../../../lambdas/runtime/aws/table/statements.ts";

const key = { pk: "p", sk: "s" };

test("the text of a statement depends on its attributes alone: not on their order, and not on values", () => {
  const one = updateStatement("t", key, {
    set: { b: 1, a: { x: [1] }, none: undefined },
    remove: ["d", "c"],
    condition: "attribute_not_exists(#e) OR (#f.#g = :g AND #b <> :set_b) OR #f IN (:one, :other)",
    values: { g: "g", one: 1, other: 2 },
  });
  const other = updateStatement(
    "t",
    { pk: "q", sk: "r" },
    {
      set: { a: "else", b: 9 },
      remove: ["c", "d"],
      condition: "attribute_not_exists(#e) OR (#f.#g = :g AND #b <> :set_b) OR #f IN (:one, :other)",
      values: { other: 5, one: 4, g: "h" },
    },
  );
  expect(one.text).toBe(
    [
      'UPDATE "t" SET "a" = ? SET "b" = ? SET "revision" = "revision" + ? REMOVE "c" REMOVE "d"',
      'WHERE "pk" = ? AND "sk" = ?',
      'AND ("e" IS MISSING OR ("f"."g" = ? AND "b" <> ?) OR "f" IN [?, ?])',
    ].join(" "),
  );
  expect(other.text).toBe(one.text);
  expect(one.parameters).toEqual([{ x: [1] }, 1, 1, "p", "s", "g", 1, 1, 2]);
  expect(other.parameters).toEqual(["else", 9, 1, "q", "r", "h", 9, 4, 5]);
  const item = insertStatement("t", { ...key, b: 1, a: undefined } as typeof key);
  expect(item.text).toBe(`INSERT INTO "t" VALUE {'b': ?, 'pk': ?, 'sk': ?}`);
  expect(item.parameters).toEqual([1, "p", "s"]);
});

test("a change increments the revision and returns nothing, unless requested otherwise", () => {
  const { text, parameters } = updateStatement("t", key, { set: { a: 1 } }, { counts: false, returns: true });
  expect(text).toBe('UPDATE "t" SET "a" = ? WHERE "pk" = ? AND "sk" = ? RETURNING ALL NEW *');
  expect(parameters).toEqual([1, "p", "s"]);
});

test("a condition with an unknown value is refused before it is sent", () => {
  expect(() => updateStatement("t", key, { set: {}, condition: "#a = :a" })).toThrow(
    "A condition names :a, which has no value.",
  );
});
