import type { Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { stepsOf } from "../../lib/workflow/composition.ts";
import { definitionVersion } from "../../lib/workflow/version.ts";
import { produceVideo } from "../../workflows/video/produce-video.ts";
import { synthesize } from "./app.ts";

let parent: Template;
let workflow: Template;
beforeAll(() => {
  ({ template: parent, workflow } = synthesize());
});

type Resource = {
  Type: string;
  Properties: any;
  DependsOn?: string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
};
const named = (template: Template, type: string) =>
  Object.entries(template.findResources(type) as Record<string, Resource>);
const release = () => named(workflow, "Custom::MillraceRelease")[0]!;

test("a release contains the content version, and the function version of each step", () => {
  const [, { Properties }] = release();
  const versions = new Map(named(workflow, "AWS::Lambda::Version"));
  expect(Properties).toMatchObject({ workflow: "produce-video", version: definitionVersion(produceVideo) });
  const steps = stepsOf(produceVideo).map(({ name }) => name);
  expect(Object.keys(Properties.steps).sort()).toEqual(steps.sort());
  for (const { Ref } of Object.values<{ Ref: string }>(Properties.steps))
    expect(versions.has(Ref)).toBe(true);
});

test("function versions are kept when the next deployment brings others, and removed where a deployment is rolled back", () => {
  const versions = named(workflow, "AWS::Lambda::Version");
  expect(versions).toHaveLength(stepsOf(produceVideo).length);
  for (const [, { DeletionPolicy, UpdateReplacePolicy }] of versions)
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(["RetainExceptOnCreate", "Retain"]);
});

test("the state machine is deployed after the release: by then no live run needs a missing step", () => {
  const [id] = release();
  const machines = named(workflow, "AWS::StepFunctions::StateMachine").map(([, machine]) => machine);
  const runs = machines.filter(
    ({ Properties }) =>
      JSON.stringify(Properties).includes("produce-video") &&
      !JSON.stringify(Properties.StateMachineName).includes("_undo"),
  );
  expect(runs).toHaveLength(1);
  expect(runs[0]!.DependsOn).toContain(id);
});

test("its state machine's messages carry the version, and each worker knows its own", () => {
  const version = definitionVersion(produceVideo);
  const machines = JSON.stringify(workflow.findResources("AWS::StepFunctions::StateMachine"));
  expect(machines).toContain(`\\"version\\":\\"${version}\\"`);
  const workers = named(workflow, "AWS::Lambda::Function").filter(([id]) => id.includes("Worker"));
  expect(workers).toHaveLength(stepsOf(produceVideo).length);
  for (const [, { Properties }] of workers)
    expect(Properties.Environment.Variables.MILLRACE_VERSION).toBe(version);
});

test("a worker may invoke versions of itself, and nothing else", () => {
  const grants = named(workflow, "AWS::IAM::Policy").flatMap(([, { Properties }]) =>
    Properties.PolicyDocument.Statement.filter(({ Action }: any) =>
      [Action].flat().includes("lambda:InvokeFunction"),
    ).map((statement: any) => ({ statement, roles: Properties.Roles })),
  );
  expect(grants).toHaveLength(stepsOf(produceVideo).length);
  const functions = new Map(named(workflow, "AWS::Lambda::Function"));
  for (const { statement, roles } of grants) {
    const [, [arn, suffix]] = statement.Resource["Fn::Join"];
    expect(suffix).toBe(":*");
    const own = functions.get(arn["Fn::GetAtt"][0])!;
    expect(roles).toEqual([{ Ref: own.Properties.Role["Fn::GetAtt"][0] }]);
  }
});

test("the parent registers the list of workflows; its function stores deployed ones, removes others, and lists open runs", () => {
  const [, roster] = named(parent, "Custom::MillraceWorkflows")[0]!;
  expect(roster.Properties).toMatchObject({
    workflows: ["produce-video", "withdraw-video"],
    ServiceTimeout: "180",
  });
  const [, policy] = named(parent, "AWS::IAM::Policy").find(([id]) => id.includes("ReleasesRelease"))!;
  const actions = policy.Properties.PolicyDocument.Statement.flatMap(({ Action }: any) => Action);
  const table = actions.filter((action: string) => action.startsWith("dynamodb:"));
  expect([...new Set(table)].sort()).toEqual([
    "dynamodb:BatchGetItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PartiQLInsert",
    "dynamodb:PutItem",
    "dynamodb:Query",
  ]);
});
