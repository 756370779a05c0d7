import { expect, test } from "vitest";
import { mentions, NO_VALUE, resolve, type Scope, settle } from "../../../local/assembly/resolve.ts";
import { UserError } from "../../../local/kernel/errors.ts";

const scope: Scope = {
  region: "eu-west-1",
  ref: (name) => ({ Queue: "the-queue", "AWS::NoValue": NO_VALUE, Zones: ["a", "b"] })[name],
  attribute: (logicalId, name) => `${logicalId}/${name}`,
  condition: (name) => name === "Yes",
  mapping: (map, top, second) =>
    map === "Sizes" && top === "small" && second === "memory" ? 128 : undefined,
  importValue: (name) => `imported ${name}`,
};

test.each([
  ["Ref", { Ref: "Queue" }, "the-queue"],
  ["GetAtt as a list", { "Fn::GetAtt": ["Queue", "Arn"] }, "Queue/Arn"],
  ["GetAtt as a text", { "Fn::GetAtt": "Stack.Outputs.Name" }, "Stack/Outputs.Name"],
  ["Sub", { "Fn::Sub": "a ${Queue} ${Queue.Arn} ${!Literal}" }, "a the-queue Queue/Arn ${Literal}"],
  ["Sub with variables", { "Fn::Sub": ["${X}-${Queue}", { X: { Ref: "Queue" } }] }, "the-queue-the-queue"],
  ["Join", { "Fn::Join": [":", ["a", { Ref: "Queue" }, 1, true]] }, "a:the-queue:1:true"],
  ["Join of a list that is referred to", { "Fn::Join": [",", { Ref: "Zones" }] }, "a,b"],
  ["Select", { "Fn::Select": ["1", ["a", "b"]] }, "b"],
  ["Split", { "Fn::Select": [2, { "Fn::Split": ["/", { "Fn::Sub": "x/y/${Queue}" }] }] }, "the-queue"],
  ["ImportValue", { "Fn::ImportValue": { "Fn::Sub": "${Queue}-arn" } }, "imported the-queue-arn"],
  ["If", { "Fn::If": ["Yes", "y", "n"] }, "y"],
  ["And", { "Fn::And": [{ Condition: "Yes" }, { "Fn::Not": [{ Condition: "No" }] }] }, true],
  ["Or", { "Fn::Or": [{ Condition: "No" }, { "Fn::Equals": ["a", "b"] }] }, false],
  ["Equals compares as text", { "Fn::Equals": [true, "true"] }, true],
  ["FindInMap", { "Fn::FindInMap": ["Sizes", "small", "memory"] }, 128],
  ["FindInMap with a default", { "Fn::FindInMap": ["Sizes", "big", "memory", { DefaultValue: 1 }] }, 1],
  ["Base64", { "Fn::Base64": "film" }, "ZmlsbQ=="],
  ["GetAZs", { "Fn::GetAZs": "" }, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]],
  ["NoValue as a member", { a: 1, b: { Ref: "AWS::NoValue" } }, { a: 1 }],
  ["NoValue as an element", [1, { "Fn::If": ["No", 2, { Ref: "AWS::NoValue" }] }], [1]],
  [
    "an object that only looks like a function",
    { Condition: { StringEquals: {} } },
    { Condition: { StringEquals: {} } },
  ],
])("%s", (_, expression, value) => {
  expect(resolve(expression, scope)).toEqual(value);
});

test.each([
  [
    "a function that is not served",
    { "Fn::Cidr": ["10.0.0.0/16", 2, 8] },
    "the function Fn::Cidr is not served",
  ],
  ["an element that is not there", { "Fn::Select": [2, ["a"]] }, "there is no element 2 in a list of 1"],
  [
    "a mapping that is not there",
    { "Fn::FindInMap": ["Sizes", "big", "memory"] },
    "the mapping Sizes has no big.memory",
  ],
  ["a join of no list", { "Fn::Join": [",", { Ref: "Queue" }] }, 'expected a list, found "the-queue"'],
])("%s is refused", (_, expression, message) => {
  expect(() => resolve(expression, scope)).toThrow(UserError);
  expect(() => resolve(expression, scope)).toThrow(message);
});

test("settle chooses branches and leaves references", () => {
  const properties = {
    A: { "Fn::If": ["Yes", { Ref: "Queue" }, "n"] },
    B: { "Fn::If": ["No", 1, { Ref: "AWS::NoValue" }] },
  };
  expect(settle(properties, scope)).toEqual({ A: { Ref: "Queue" } });
});

test("mentions finds every name, and everything that is refused", () => {
  const found = mentions({
    a: [{ Ref: "A" }, { "Fn::GetAtt": "B.Arn" }],
    b: { "Fn::Sub": ["${C} ${D.Arn} ${own} ${!E}", { own: { Ref: "F" } }] },
    c: { "Fn::ImportValue": "export" },
    d: "{{resolve:ssm-secure:key}}",
    e: { "Fn::Transform": {} },
  });
  expect(found.refs).toEqual(["A", "B", "C", "D", "F"]);
  expect(found.imports).toEqual(["export"]);
  expect(found.refused).toHaveLength(2);
  expect(found.refused[0]).toContain("{{resolve:ssm-secure:key}}");
  expect(found.refused[1]).toContain("Fn::Transform");
});
