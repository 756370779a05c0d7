import { expect, test } from "vitest";
import {
  type Conditions,
  type ConditionValues,
  holds,
  UNKNOWN,
  unknownOperators,
} from "../../../local/iam/condition.ts";
import { concerning, judge, rulesOf, type Statement } from "../../../local/iam/policy.ts";

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:orders";
const verdict = (statements: Statement[], action = "sqs:SendMessage", resource: string | undefined = QUEUE) =>
  judge(rulesOf({ Statement: statements }), { action, resource, context: {} });
const allow = (Action: string | string[], Resource: string | string[] = "*"): Statement => ({
  Effect: "Allow",
  Action,
  Resource,
});

test.each<[string, Statement[], string]>([
  ["no statement", [], "implicitly denied"],
  ["the very action and resource", [allow("sqs:SendMessage", QUEUE)], "allowed"],
  ["an action in another case", [allow("SQS:sendmessage", QUEUE)], "allowed"],
  ["one of several", [allow(["sqs:Get*", "sqs:Send*"], ["arn:aws:s3:::x", QUEUE])], "allowed"],
  ["another action", [allow("sqs:Receive*", QUEUE)], "implicitly denied"],
  ["another resource", [allow("sqs:*", `${QUEUE}-dlq`)], "implicitly denied"],
  ["a prefix without a wildcard", [allow("sqs:*", QUEUE.slice(0, -1))], "implicitly denied"],
  ["a question mark", [allow("sqs:*", QUEUE.replace("orders", "order?"))], "allowed"],
  ["a dot is a dot", [allow("sqs:*", QUEUE.replace("orders", "o.ders"))], "implicitly denied"],
  [
    "a denial beside it",
    [allow("*"), { Effect: "Deny", Action: "sqs:*", Resource: "*" }],
    "explicitly denied",
  ],
  ["a denial of something else", [allow("*"), { Effect: "Deny", Action: "s3:*", Resource: "*" }], "allowed"],
  [
    "everything but another action",
    [{ Effect: "Allow", NotAction: "sqs:Delete*", Resource: "*" }],
    "allowed",
  ],
  [
    "everything but this action",
    [{ Effect: "Allow", NotAction: "sqs:Send*", Resource: "*" }],
    "implicitly denied",
  ],
  [
    "everything but this resource",
    [{ Effect: "Allow", Action: "*", NotResource: QUEUE }],
    "implicitly denied",
  ],
])("%s: %o", (_, statements, expected) => {
  expect(verdict(statements)).toBe(expected);
});

test("a call that does not tell its resource needs the action only", () => {
  expect(
    judge(rulesOf({ Statement: allow("states:SendTask*", "arn:aws:states:::x") }), {
      action: "states:SendTaskSuccess",
      resource: undefined,
      context: {},
    }),
  ).toBe("allowed");
});

test.each<[string, Conditions, ConditionValues, boolean]>([
  ["equal", { StringEquals: { "events:source": "a" } }, { "events:source": "a" }, true],
  ["one of the wanted", { StringEquals: { "events:source": ["b", "a"] } }, { "events:source": "a" }, true],
  ["keys ignore case", { StringEquals: { "AWS:SourceArn": "a" } }, { "aws:sourcearn": "a" }, true],
  ["values do not", { StringEquals: { k: "A" } }, { k: "a" }, false],
  ["unless told", { StringEqualsIgnoreCase: { k: "A" } }, { k: "a" }, true],
  ["an absent key", { StringEquals: { k: "a" } }, {}, false],
  ["an absent key, negated", { StringNotEquals: { k: "a" } }, {}, true],
  ["an absent key, if it exists", { StringEqualsIfExists: { k: "a" } }, {}, true],
  ["a present key, if it exists", { StringEqualsIfExists: { k: "a" } }, { k: "b" }, false],
  ["negated", { StringNotLike: { k: ["a*", "b*"] } }, { k: "bc" }, false],
  ["like", { StringLike: { k: "a*c" } }, { k: "abc" }, true],
  ["ARNs", { ArnEquals: { k: "arn:aws:events:*:*:rule/x" } }, { k: "arn:aws:events:r:1:rule/x" }, true],
  ["Bool", { Bool: { "aws:SecureTransport": false } }, { "aws:securetransport": "true" }, false],
  ["numbers", { NumericLessThanEquals: { k: 10 } }, { k: "10" }, true],
  ["dates", { DateLessThan: { k: "2027-01-01T00:00:00Z" } }, { k: "2026-01-01T00:00:00Z" }, true],
  ["Null", { Null: { k: "true" } }, {}, true],
  ["all of several", { "ForAllValues:StringEquals": { k: ["a", "b"] } }, { k: ["a", "c"] }, false],
  ["all of none", { "ForAllValues:StringEquals": { k: "a" } }, {}, true],
  ["any of several", { "ForAnyValue:StringLike": { k: "a*" } }, { k: ["x", "ab"] }, true],
  ["any of none", { "ForAnyValue:StringEquals": { k: "a" } }, {}, false],
  [
    "every operator and key must hold",
    { StringEquals: { k: "a", l: "b" }, Bool: { m: "true" } },
    { k: "a", l: "b", m: "false" },
    false,
  ],
])("condition: %s", (_, conditions, values, expected) => {
  expect(unknownOperators(conditions)).toEqual([]);
  expect(holds(conditions, values, true)).toBe(expected);
});

test("what only AWS knows counts in favour of the caller", () => {
  const conditions = { StringEquals: { "dynamodb:LeadingKeys": "x" } };
  expect(holds(conditions, { "dynamodb:leadingkeys": UNKNOWN }, true)).toBe(true);
  expect(holds(conditions, { "dynamodb:leadingkeys": UNKNOWN }, false)).toBe(false);
});

test("operators that nobody knows are found", () => {
  expect(
    unknownOperators({ StringResembles: {}, "ForAllValues:StringLike": {}, ForSomeValues: {}, toString: {} }),
  ).toEqual(["StringResembles", "ForSomeValues", "toString"]);
});

test("a resource's policy speaks of principals", () => {
  const role = "arn:aws:iam::000000000000:role/r";
  const of = (Principal: Statement["Principal"]) => rulesOf({ Statement: { ...allow("*"), Principal } });
  const concerned = (principal: Statement["Principal"], who = role) =>
    concerning(of(principal), who).length === 1;
  expect(concerned("*")).toBe(true);
  expect(concerned({ AWS: "*" })).toBe(true);
  expect(concerned({ AWS: [role] })).toBe(true);
  expect(concerned({ AWS: "arn:aws:iam::000000000000:root" })).toBe(true);
  expect(concerned({ AWS: "arn:aws:iam::000000000000:role/other" })).toBe(false);
  expect(concerned({ Service: "events.amazonaws.com" })).toBe(false);
  expect(concerned({ Service: "events.amazonaws.com" }, "events.amazonaws.com")).toBe(true);
  expect(concerned(undefined)).toBe(false);
});
