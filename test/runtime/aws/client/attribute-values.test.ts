import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";
import {
  marshallItem,
  marshallValue,
  unmarshallItem,
  unmarshallValue,
} from "../../../../lambdas/runtime/aws/client/attribute-values.ts";
import { marshalling } from "../../../../lambdas/runtime/aws/client/marshalling.ts";

const VALUES: [string, unknown][] = [
  ["a text", "ü\n"],
  ["an empty text", ""],
  ["zero", 0],
  ["a negative zero", -0],
  ["a fraction", -1.5e-7],
  ["the largest exact number", Number.MAX_SAFE_INTEGER],
  ["a large number", 2n ** 80n],
  ["true", true],
  ["false", false],
  ["null", null],
  ["an empty list", []],
  ["a list", [1, "a", null, [true], { deep: [{}] }]],
  ["a list with gaps", [1, undefined, () => 1, 2]],
  ["an empty map", {}],
  ["a map", { a: { b: { c: 1 } }, left: undefined, call: () => 1, toString: "own" }],
  ["a map without prototype", Object.assign(Object.create(null), { a: 1 })],
  ["a Map", new Map([["a", { b: 1 }]])],
  ["texts", new Set(["a", "b"])],
  ["numbers", new Set([1, 2])],
  ["bytes", new Uint8Array([1, 2])],
  ["a buffer", Buffer.from("a")],
  ["several bytes", new Set([new Uint8Array([1])])],
  ["a text as an object", Object("a")],
  ["a number as an object", Object(1)],
];

const REFUSED: [string, unknown][] = [
  ["NaN", Number.NaN],
  ["infinity", Number.POSITIVE_INFINITY],
  ["a number that is not exact", 2 ** 60],
  ["a date", new Date(0)],
  ["an instance", new (class Own {})()],
  ["a symbol", Symbol("a")],
  ["an empty set", new Set()],
];

describe("values in DynamoDB's form", () => {
  it.each(VALUES)("are those of the SDK: %s", (_, value) => {
    const item = { deep: [value], value };
    const known = marshall(item, marshalling());
    expect(marshallItem(item)).toEqual(known);
    expect(marshallValue(value)).toEqual(known.value);
  });

  it.each(VALUES)("are read as the SDK reads them: %s", (_, value) => {
    const written = marshall({ deep: [value], value }, marshalling());
    const known = unmarshall(written);
    expect(unmarshallItem(written)).toStrictEqual(known);
    expect(unmarshallValue(written.value!)).toStrictEqual(known.value);
  });

  it.each(REFUSED)("are refused with the SDK's error: %s", (_, value) => {
    expect(errorOf(() => marshallItem({ value }))).toBe(errorOf(() => marshall({ value }, marshalling())));
  });

  it.each(["9007199254740993", "-100000000000000000000", "1e400", "0.1"])(
    "have the SDK's numbers: %s",
    (N) => {
      expect(unmarshallItem({ N: { N } })).toStrictEqual(unmarshall({ N: { N } }));
    },
  );
});

function errorOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  return "none";
}
