import { describe, expect, test } from "vitest";
import { compileFilter, type Scope } from "../../../local/sns/filter.ts";
import { readAttributes } from "../../../local/sns/message.ts";

const number = (StringValue: string) => ({ DataType: "Number", StringValue });
const string = (StringValue: string) => ({ DataType: "String", StringValue });
const list = (value: unknown) => ({ DataType: "String.Array", StringValue: JSON.stringify(value) });

function matches(policy: unknown, message: { attributes?: object; body?: string }, scope: Scope): boolean {
  const { attributes = {}, body = "" } = message;
  return compileFilter(
    JSON.stringify(policy),
    scope,
  )({
    id: "m",
    topicArn: "t",
    subject: undefined,
    bodies: undefined,
    time: 0,
    body,
    attributes: readAttributes(attributes as any),
  });
}

describe("by attributes", () => {
  test.each<[string, unknown, object, boolean]>([
    ["an exact text", { store: ["a", "b"] }, { store: string("b") }, true],
    ["another text", { store: ["a"] }, { store: string("b") }, false],
    ["a missing attribute", { store: ["a"] }, {}, false],
    ["all names must match", { store: ["a"], kind: ["k"] }, { store: string("a") }, false],
    [
      "attributes without a name in the policy are ignored",
      { store: ["a"] },
      { store: string("a"), x: string("y") },
      true,
    ],
    ["a number", { price: [100] }, { price: number("100.0") }, true],
    ["a text is no number", { price: [100] }, { price: string("100") }, false],
    ["a range", { price: [{ numeric: [">", 10, "<=", 20] }] }, { price: number("20") }, true],
    ["a prefix", { event: [{ prefix: "order-" }] }, { event: string("order-paid") }, true],
    ["a suffix", { event: [{ suffix: "-paid" }] }, { event: string("order-paid") }, true],
    ["anything but", { event: [{ "anything-but": ["a"] }] }, { event: string("b") }, true],
    ["anything but needs the attribute", { event: [{ "anything-but": ["a"] }] }, {}, false],
    ["existence", { event: [{ exists: true }] }, { event: string("b") }, true],
    ["absence", { event: [{ exists: false }] }, {}, true],
    ["an element of a list", { tags: ["new"] }, { tags: list(["old", "new"]) }, true],
    ["a boolean in a list", { tags: [true] }, { tags: list([true]) }, true],
    ["an address range", { ip: [{ cidr: "10.0.0.0/24" }] }, { ip: string("10.0.0.7") }, true],
    ["ignored case", { event: [{ "equals-ignore-case": "PAID" }] }, { event: string("paid") }, true],
    ["$or", { $or: [{ a: ["1"] }, { b: ["2"] }] }, { b: string("2") }, true],
    [
      "bytes are not compared",
      { photo: [{ exists: true }] },
      { photo: { DataType: "Binary", BinaryValue: "AA==" } },
      false,
    ],
  ])("%s", (_, policy, attributes, expected) => {
    expect(matches(policy, { attributes }, "MessageAttributes")).toBe(expected);
  });
});

describe("by body", () => {
  test.each<[string, unknown, string, boolean]>([
    ["a nested value", { order: { state: ["paid"] } }, '{"order":{"state":"paid"}}', true],
    ["another value", { order: { state: ["paid"] } }, '{"order":{"state":"open"}}', false],
    ["an element of a list", { items: { sku: ["b"] } }, '{"items":[{"sku":"a"},{"sku":"b"}]}', true],
    ["a text that is no JSON", { order: [{ exists: false }] }, "paid", false],
    ["JSON that is no object", { order: [{ exists: false }] }, "1", false],
  ])("%s", (_, policy, body, expected) => {
    expect(matches(policy, { body }, "MessageBody")).toBe(expected);
  });
});

test.each<[string, unknown, Scope, string]>([
  ["a value that is no list", { a: "b" }, "MessageAttributes", "FilterPolicy"],
  [
    "nested names of attributes",
    { a: { b: ["c"] } },
    "MessageAttributes",
    "does not support nested filter policy",
  ],
  [
    "six names",
    Object.fromEntries("abcdef".split("").map((name) => [name, ["x"]])),
    "MessageBody",
    "more than 5 keys",
  ],
  ["too many combinations", { a: Array(13).fill("x"), b: Array(12).fill("y") }, "MessageBody", "too complex"],
  ["an unknown operator", { a: [{ regex: "x" }] }, "MessageBody", "Invalid parameter: FilterPolicy: "],
])("%s is refused", (_, policy, scope, reason) => {
  expect(() => compileFilter(JSON.stringify(policy), scope)).toThrow(reason);
});
