import { describe, expect, test } from "vitest";
import { DATA_LIMITS } from "../../aws-limits/data-limits.ts";
import { QUOTAS } from "../../aws-limits/rates.ts";
import { TEMPLATE_LIMITS } from "../../aws-limits/template-limits.ts";
import { findings } from "../../lib/constructs/limits/findings.ts";
import { measure } from "../../lib/constructs/limits/measure.ts";
import { resolvedText } from "../../lib/constructs/limits/resolved-text.ts";
import { synthesizedStacks } from "../../lib/constructs/limits/synthesized-stacks.ts";
import type { CloudResource, SynthesizedStack } from "../../lib/constructs/limits/template.ts";
import { soaking } from "../seeds.ts";
import { largeApp } from "./large-app.ts";

const stack = (
  name: string,
  resources: Record<string, CloudResource>,
  parent?: SynthesizedStack["parent"],
): SynthesizedStack => ({
  name,
  bytes: 1_000,
  template: { Resources: resources },
  ...(parent && { parent }),
});

const valuesOf = (stacks: SynthesizedStack[], limit: keyof typeof TEMPLATE_LIMITS) =>
  measure(stacks)
    .filter((each) => each.limit === limit)
    .map(({ value, where }) => [where, value]);

const statement = (length: number) => ({ Statement: ["s".repeat(length - '{"Statement":[""]}'.length)] });
const policy = (length: number, ...roles: unknown[]) => ({
  Type: "AWS::IAM::Policy",
  Properties: { PolicyDocument: statement(length), Roles: roles },
});

test("inline policies count for their role, even if a nested stack adds to a role of its parent", () => {
  const parent = stack("App", {
    Role: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: statement(100) } },
    Own: policy(4_000, { Ref: "Role" }),
    Nested: { Type: "AWS::CloudFormation::Stack", Properties: { Parameters: { given: { Ref: "Role" } } } },
  });
  const nested = stack(
    "App/flow",
    { Theirs: policy(7_000, { Ref: "given" }) },
    { stack: "App", resource: "Nested" },
  );
  expect(valuesOf([parent, nested], "rolePolicies")).toEqual([["App, Role", 11_000]]);
});

test("the resources of nested stacks count together, since one operation deploys them", () => {
  const queues = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`Q${at}`, { Type: "AWS::SQS::Queue" }]));
  const parent = stack("App", queues(10));
  const nested = (name: string) => stack(`App/${name}`, queues(20), { stack: "App", resource: name });
  expect(valuesOf([parent, nested("A"), nested("B")], "nestedResources")).toEqual([["App", 50]]);
  // A stack of its own is an operation of its own.
  expect(valuesOf([parent, stack("Other", queues(20))], "nestedResources")).toEqual([]);
});

test("rules count for their bus", () => {
  const rule = (bus?: unknown) => ({
    Type: "AWS::Events::Rule",
    Properties: bus ? { EventBusName: bus } : {},
  });
  const stacks = [
    stack("App", {
      Bus: { Type: "AWS::Events::EventBus" },
      A: rule({ Ref: "Bus" }),
      B: rule({ Ref: "Bus" }),
      C: rule(),
    }),
  ];
  expect(valuesOf(stacks, "rulesOfBus")).toEqual([
    ["App, Bus", 2],
    ["the default bus", 1],
  ]);
});

test("rules count for their bus also where another stack exports it", () => {
  const rule = (bus: unknown) => ({ Type: "AWS::Events::Rule", Properties: { EventBusName: bus } });
  const main = stack("App", { Bus: { Type: "AWS::Events::EventBus" }, A: rule({ Ref: "Bus" }) });
  const exporting = {
    ...main,
    template: { ...main.template, Outputs: { Out: { Value: { Ref: "Bus" }, Export: { Name: "App:Bus" } } } },
  };
  const part = stack("App-flow", { B: rule({ "Fn::ImportValue": "App:Bus" }) });
  expect(valuesOf([exporting, part], "rulesOfBus")).toEqual([["App, Bus", 2]]);
});

test("values that CloudFormation fills in count with an estimated length", () => {
  expect(resolvedText({ "Fn::Join": ["", ["a/", { Ref: "AWS::AccountId" }, "/b"]] })).toBe(
    '"a/xxxxxxxxxxxx/b"',
  );
  const arn = resolvedText({ Resource: { "Fn::GetAtt": ["Queue", "Arn"] } });
  expect(arn.length - '{"Resource":""}'.length).toBeGreaterThan(
    "arn:aws:sqs:us-east-1:123456789012:".length + 40,
  );
});

test("each resource is checked against its own limits", () => {
  const stacks = [
    stack("App", {
      Policy: {
        Type: "AWS::SQS::QueuePolicy",
        Properties: { PolicyDocument: { Statement: Array(21).fill({}) } },
      },
      Rule: {
        Type: "AWS::Events::Rule",
        Properties: { EventPattern: { source: ["s".repeat(2_100)] }, Targets: Array(6).fill({}) },
      },
      Worker: {
        Type: "AWS::Lambda::Function",
        Properties: { Environment: { Variables: { A: "v".repeat(5_000) } }, Description: "d".repeat(300) },
      },
      Board: {
        Type: "AWS::CloudWatch::Dashboard",
        Properties: {
          DashboardBody: JSON.stringify({ widgets: [{ properties: { alarms: Array(101).fill("a") } }] }),
        },
      },
    }),
  ];
  const texts = findings(measure(stacks)).map(({ severity, text }) => `${severity}: ${text}`);
  for (const start of [
    "error: App, Policy: statements in the policy of a queue is 21 of 20 statements (SQS, hard limit).",
    "error: App, Rule: targets of a rule is 6 of 5 targets (EventBridge, hard limit).",
    "error: App, Worker: environment variables of a function is 5,001 of 4,096 bytes (Lambda, hard limit).",
    "error: App, Worker: description of a function is 300 of 256 characters (Lambda, hard limit).",
    "error: App, Board: alarms of a widget is 101 of 100 alarms (CloudWatch, hard limit).",
    "warning: App, Rule: event pattern of a rule is 2,115 of 2,048 characters (EventBridge, quota). Request an increase",
  ])
    expect(texts.filter((text) => text.startsWith(start))).toHaveLength(1);
  expect(texts).toHaveLength(6);
});

test("a nearly reached limit is a warning that says what to do", () => {
  const { most } = TEMPLATE_LIMITS.resources;
  const at = (value: number) => findings([{ limit: "resources", value, where: "App" }]);
  expect(at(0.8 * most - 1)).toEqual([]);
  expect(at(0.8 * most)).toMatchObject([
    { severity: "warning", text: expect.stringContaining("definePool") },
  ]);
  expect(at(most)).toMatchObject([{ severity: "warning" }]);
  expect(at(most + 1)).toMatchObject([{ severity: "error" }]);
});

test("every limit has a link to AWS's documentation", () => {
  for (const { source } of [TEMPLATE_LIMITS, DATA_LIMITS, QUOTAS].flatMap((table) => Object.values(table)))
    expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
  for (const { most } of [TEMPLATE_LIMITS, DATA_LIMITS].flatMap((table) => Object.values(table)))
    expect(most).toBeGreaterThan(0);
});

test("an app that AWS would refuse is refused at synthesis, with the reason", () => {
  const { app, stack } = largeApp(1);
  stack.templateOptions.description = "d".repeat(1_025);
  expect(() => app.synth()).toThrow(
    "AWS would refuse this app:\n- Large: description of a template is 1,025 of 1,024 bytes (CloudFormation, hard limit).",
  );
});

describe("apps of workflows of ten steps", () => {
  const REFUSED =
    /resources that one operation on nested stacks creates, updates or deletes is 2,\d{3} of 2,500 resources \(CloudFormation, hard limit\)\. Set `stacks: "separate"` on Millrace/;

  /** The resources of an app in nested stacks, which passes. */
  function resourcesOf(count: number): number {
    const { app, stack } = largeApp(count);
    const { directory } = app.synth();
    const found = measure(synthesizedStacks([stack], directory));
    return found.find(({ limit }) => limit === "nestedResources")!.value;
  }

  test("1 and 10 pass in nested stacks; 20 are refused, with the remedy", () => {
    const [one, ten] = [resourcesOf(1), resourcesOf(10)];
    const eachMore = (ten - one) / 9;
    expect(
      findings([{ limit: "nestedResources", value: one + 19 * eachMore, where: "Large" }]),
    ).toMatchObject([{ severity: "error", text: expect.stringMatching(REFUSED) }]);
  });

  test.runIf(soaking)("an app of 20 in nested stacks is refused at synthesis", () => {
    expect(() => largeApp(20).app.synth()).toThrow(REFUSED);
  });

  const SEPARATE = soaking ? 40 : 8;
  test(`${SEPARATE} pass in stacks of their own`, () => {
    const { stacks } = largeApp(SEPARATE, { stacks: "separate" }).app.synth();
    expect(stacks).toHaveLength(SEPARATE + 2);
  });

  test("in stacks of their own, a workflow's stack needs the main one, and the main one needs none", () => {
    const { stacks } = largeApp(2, { stacks: "separate" }).app.synth();
    const needs = Object.fromEntries(
      stacks.map(({ stackName, dependencies }) => [
        stackName,
        dependencies.map(({ id }) => id).filter((id) => !id.endsWith(".assets")),
      ]),
    );
    expect(needs).toEqual({
      Large: [],
      "Large-order-flow-1": ["Large"],
      "Large-order-flow-2": ["Large"],
      "Large-ledger-rules": expect.arrayContaining(["Large", "Large-order-flow-1", "Large-order-flow-2"]),
    });
    // What a stack exports of a part could never be removed from it: parts export nothing.
    const exported = stacks.flatMap(({ stackName, template }) =>
      Object.values<any>(template.Outputs ?? {})
        .filter(({ Export }) => Export)
        .map(() => stackName),
    );
    expect(new Set(exported)).toEqual(new Set(["Large"]));
  });
});
