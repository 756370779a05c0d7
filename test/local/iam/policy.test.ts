import { expect, test } from "vitest";
import {
  type Conditions,
  compileConditions,
  type Outcome,
  unknownKeys,
  unknownOperators,
} from "../../../local/iam/condition.ts";
import { rulesOf, type Statement } from "../../../local/iam/policy.ts";
import type { KeyValue } from "../../../local/iam/variables.ts";
import type { ConditionValue } from "../../../local/kernel/access.ts";

type Values = Record<string, ConditionValue>;
const asked =
  (values: Values = {}): KeyValue =>
  (key) =>
    values[key];
const QUEUE = "arn:aws:sqs:us-east-1:000000000000:orders";
const verdict = (statements: Statement[], action = "sqs:SendMessage", resource: string | undefined = QUEUE) =>
  rulesOf({ Statement: statements }).judge({ action, resource, keyValue: asked() });
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
    "a denial in addition",
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

test("a call that does not name its resource only needs the action", () => {
  expect(
    rulesOf({ Statement: allow("states:SendTask*", "arn:aws:states:::x") }).judge({
      action: "states:SendTaskSuccess",
      resource: undefined,
      keyValue: asked(),
    }),
  ).toBe("allowed");
});

const K = "s3:prefix";
const LIST = "dynamodb:LeadingKeys";
const list = LIST.toLowerCase();

test("a resource may have policy variables; a denial holds where they have no value", () => {
  const rules = (Effect: "Allow" | "Deny", Resource: string) =>
    rulesOf({
      Statement: [allow("*", "*"), { Effect, Action: "*", Resource }].slice(Effect === "Allow" ? 1 : 0),
    });
  const access = (who: string | undefined) => ({
    action: "s3:GetObject",
    resource: "arn:aws:s3:::b/me",
    keyValue: asked({ "aws:principalaccount": who }),
  });
  const own = "arn:aws:s3:::b/${aws:PrincipalAccount}";
  expect(rules("Allow", own).judge(access("me"))).toBe("allowed");
  expect(rules("Allow", own).judge(access("m*"))).toBe("implicitly denied");
  expect(rules("Allow", own).judge(access(undefined))).toBe("implicitly denied");
  expect(rules("Deny", own).judge(access("me"))).toBe("explicitly denied");
  expect(rules("Deny", own).judge(access("you"))).toBe("allowed");
  expect(rules("Deny", own).judge(access(undefined))).toBe("explicitly denied");
});

test.each<[string, Conditions, Values, boolean]>([
  ["equal", { StringEquals: { "events:source": "a" } }, { "events:source": "a" }, true],
  ["one of the wanted", { StringEquals: { "events:source": ["b", "a"] } }, { "events:source": "a" }, true],
  ["keys ignore case", { StringEquals: { "AWS:SourceArn": "a" } }, { "aws:sourcearn": "a" }, true],
  ["values do not", { StringEquals: { [K]: "A" } }, { [K]: "a" }, false],
  ["unless the operator says so", { StringEqualsIgnoreCase: { [K]: "A" } }, { [K]: "a" }, true],
  ["an absent key", { StringEquals: { [K]: "a" } }, {}, false],
  ["an absent key, negated", { StringNotEquals: { [K]: "a" } }, {}, true],
  ["an absent key, if it exists", { StringEqualsIfExists: { [K]: "a" } }, {}, true],
  ["a present key, if it exists", { StringEqualsIfExists: { [K]: "a" } }, { [K]: "b" }, false],
  ["negated", { StringNotLike: { [K]: ["a*", "b*"] } }, { [K]: "bc" }, false],
  ["like", { StringLike: { [K]: "a*c" } }, { [K]: "abc" }, true],
  ["like, with a star that is one", { StringLike: { [K]: "a${*}c" } }, { [K]: "abc" }, false],
  ["a star that is one", { StringLike: { [K]: "a${*}*" } }, { [K]: "a*bc" }, true],
  ["ARNs", { ArnEquals: { [K]: "arn:aws:events:*:*:rule/x" } }, { [K]: "arn:aws:events:r:1:rule/x" }, true],
  ["Bool", { Bool: { "aws:SecureTransport": false } }, { "aws:securetransport": "true" }, false],
  ["numbers", { NumericLessThanEquals: { [K]: 10 } }, { [K]: "10" }, true],
  ["dates", { DateLessThan: { [K]: "2027-01-01T00:00:00Z" } }, { [K]: "2026-01-01T00:00:00Z" }, true],
  ["Null", { Null: { [K]: "true" } }, {}, true],
  ["Null of a present key", { Null: { [K]: "true" } }, { [K]: "" }, false],
  ["all of several", { "ForAllValues:StringEquals": { [LIST]: ["a", "b"] } }, { [list]: ["a", "b"] }, true],
  [
    "not all of several",
    { "ForAllValues:StringEquals": { [LIST]: ["a", "b"] } },
    { [list]: ["a", "c"] },
    false,
  ],
  ["all of none", { "ForAllValues:StringEquals": { [LIST]: "a" } }, {}, true],
  ["all of an empty list", { "ForAllValues:StringEquals": { [LIST]: "a" } }, { [list]: [] }, true],
  ["all, negated", { "ForAllValues:StringNotLike": { [LIST]: "a*" } }, { [list]: ["b", "ab"] }, false],
  ["any of several", { "ForAnyValue:StringLike": { [LIST]: "a*" } }, { [list]: ["x", "ab"] }, true],
  ["any, negated", { "ForAnyValue:StringNotLike": { [LIST]: "a*" } }, { [list]: ["ax", "ab"] }, false],
  ["any of none", { "ForAnyValue:StringEquals": { [LIST]: "a" } }, {}, false],
  ["any of an empty list", { "ForAnyValue:StringNotEquals": { [LIST]: "a" } }, { [list]: [] }, false],
  ["several values without a quantifier", { StringLike: { [LIST]: "a*" } }, { [list]: ["ax", "b"] }, false],
  [
    "a variable",
    { StringEquals: { [K]: "u/${aws:PrincipalArn}" } },
    { [K]: "u/me", "aws:principalarn": "me" },
    true,
  ],
  [
    "a variable that holds a star",
    { StringLike: { [K]: "${aws:PrincipalArn}" } },
    { [K]: "many", "aws:principalarn": "m*" },
    false,
  ],
  [
    "an absent variable with a default",
    { StringEquals: { [K]: "${aws:SourceVpc, 'none'}" } },
    { [K]: "none" },
    true,
  ],
  [
    "every operator and key must hold",
    { StringEquals: { [K]: "a", "events:source": "b" }, Bool: { "aws:SecureTransport": "true" } },
    { [K]: "a", "events:source": "b", "aws:securetransport": "false" },
    false,
  ],
])("condition: %s", (_, conditions, values, expected) => {
  expect(unknownOperators(conditions)).toEqual([]);
  expect(unknownKeys(conditions)).toEqual([]);
  expect(compileConditions(conditions)(asked(values))).toBe(expected ? "met" : "unmet");
});

test.each<[string, Conditions, Outcome]>([
  ["a key", { StringEquals: { "ec2:Region": "x" } }, "unknown"],
  ["a key, if it exists", { StringEqualsIfExists: { "ec2:Region": "x" } }, "unknown"],
  ["a key that must be absent", { Null: { "ec2:Region": "true" } }, "unknown"],
  ["all values of a key", { "ForAllValues:StringEquals": { "aws:TagKeys": "x" } }, "unknown"],
  ["a variable", { StringEquals: { [K]: "${aws:username}" } }, "unknown"],
  ["a key next to what holds", { StringEquals: { [K]: "a", "ec2:Region": "x" } }, "unknown"],
  ["a key next to what does not hold", { StringEquals: { [K]: "b", "ec2:Region": "x" } }, "unmet"],
])("a condition on %s that is unknown: %o is %s", (_, conditions, expected) => {
  expect(compileConditions(conditions)(asked({ [K]: "a" }))).toBe(expected);
});

test("a statement with an unknown condition key allows nothing, and denies", () => {
  const Condition = { StringEquals: { "ec2:Region": "x" } };
  const access = { action: "sqs:SendMessage", resource: QUEUE, keyValue: asked() };
  const allows = rulesOf({ Statement: { ...allow("sqs:*"), Condition } });
  expect(allows.judge(access)).toBe("implicitly denied");
  const denies = rulesOf({
    Statement: [allow("sqs:*"), { Effect: "Deny", Action: "sqs:*", Resource: "*", Condition }],
  });
  expect(denies.judge(access)).toBe("explicitly denied");
  expect(denies.missingKeys(access)).toEqual(["ec2:Region"]);
  expect(denies.missingKeys({ ...access, action: "s3:GetObject" })).toEqual([]);
});

test("unknown operators are found", () => {
  expect(
    unknownOperators({ StringResembles: {}, "ForAllValues:StringLike": {}, ForSomeValues: {}, toString: {} }),
  ).toEqual(["StringResembles", "ForSomeValues", "toString"]);
});

test("a resource's policy applies to principals", () => {
  const role = "arn:aws:iam::000000000000:role/r";
  const of = (Principal: Statement["Principal"]) => rulesOf({ Statement: { ...allow("*"), Principal } });
  const concerned = (principal: Statement["Principal"], who = role) =>
    of(principal).concerning(who).size === 1;
  expect(concerned("*")).toBe(true);
  expect(concerned({ AWS: "*" })).toBe(true);
  expect(concerned({ AWS: [role] })).toBe(true);
  expect(concerned({ AWS: "arn:aws:iam::000000000000:root" })).toBe(true);
  expect(concerned({ AWS: "arn:aws:iam::000000000000:role/other" })).toBe(false);
  expect(concerned({ Service: "events.amazonaws.com" })).toBe(false);
  expect(concerned({ Service: "events.amazonaws.com" }, "events.amazonaws.com")).toBe(true);
  expect(concerned(undefined)).toBe(false);
});
