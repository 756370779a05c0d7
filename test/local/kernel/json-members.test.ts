import { expect, test } from "vitest";
import { membersOf, withMembers } from "../../../local/kernel/json-members.ts";

test("the JSON of the members is written at the first call, or given", () => {
  expect(membersOf({ a: 1, b: ["x"] })).toBe('"a":1,"b":["x"]');
  expect(membersOf(withMembers({ a: 1 }, '"a":1.0'))).toBe('"a":1.0');
});

test("an object with known JSON is like any other, and a copy of it has JSON of its own", () => {
  const known = withMembers({ a: 1 }, '"a":1');
  expect(known).toStrictEqual({ a: 1 });
  expect(membersOf({ ...known, b: 2 })).toBe('"a":1,"b":2');
});
