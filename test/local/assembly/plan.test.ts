import { expect, test } from "vitest";
import { type Plan, plan } from "../../../local/assembly/plan.ts";
import type { Template } from "../../../local/assembly/template.ts";
import { UserError } from "../../../local/kernel/errors.ts";
import type { PropertyShape, ResourceProvider } from "../../../local/kernel/resource.ts";

const provider = (type: string, serves: PropertyShape): ResourceProvider => ({
  type,
  serves,
  deploy: () => ({ ref: "", attributes: {} }),
});

const PROVIDERS = [
  provider("A::Thing", { Name: true, Link: true, Deep: { Known: true }, Note: "changes nothing locally" }),
  provider("Custom::Served", { Name: true }),
];

const thing = (properties: Record<string, unknown> = {}, more = {}) => ({
  Type: "A::Thing",
  Properties: properties,
  ...more,
});
const nested = (key: string, properties: Record<string, unknown> = {}, more = {}) => ({
  Type: "AWS::CloudFormation::Stack",
  Properties: { TemplateURL: { "Fn::Sub": `https://s3.\${AWS::URLSuffix}/bucket/${key}` }, ...properties },
  ...more,
});

function planOf(
  stacks: Record<string, Template & { dependsOn?: string[] }>,
  templates: Record<string, Template> = {},
): Plan {
  return plan({
    stacks: Object.entries(stacks).map(([name, { dependsOn = [], ...template }]) => ({
      name,
      template,
      dependsOn,
    })),
    template: (key) => templates[key]!,
    providers: PROVIDERS,
    account: "000000000000",
    region: "us-east-1",
  });
}

const paths = (planned: Plan) => planned.resources.map(({ path }) => path);

function refusal(task: () => unknown): string {
  try {
    task();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  throw new Error("It was not refused.");
}

test("resources come after their references and dependencies", () => {
  const planned = planOf({
    S: {
      Resources: {
        First: thing({ Link: { "Fn::GetAtt": ["Second", "Arn"] } }),
        Second: thing({ Name: { "Fn::Sub": "x-${Third}" } }),
        Third: thing({}, { DependsOn: ["Fourth"] }),
        Fourth: thing(),
      },
    },
  });
  expect(paths(planned)).toEqual(["S/Fourth", "S/Third", "S/Second", "S/First"]);
});

test("a nested stack waits for its parameters, and users of its outputs wait for all of it", () => {
  const planned = planOf(
    {
      S: {
        Resources: {
          User: thing({ Link: { "Fn::GetAtt": ["Inner", "Outputs.Name"] } }),
          Inner: nested("inner.json", { Parameters: { Given: { Ref: "Source" } } }),
          Source: thing(),
        },
      },
    },
    {
      "inner.json": {
        Parameters: { Given: { Type: "String" } },
        Resources: { One: thing(), Two: thing({ Link: { Ref: "Given" } }) },
        Outputs: { Name: { Value: { Ref: "One" } } },
      },
    },
  );
  expect(paths(planned)).toEqual(["S/Source", "S/Inner/One", "S/Inner/Two", "S/User"]);
});

test("stacks follow their dependencies and their imports", () => {
  const exporting = {
    Resources: { Out: thing() },
    Outputs: { O: { Value: { Ref: "Out" }, Export: { Name: { "Fn::Sub": "${AWS::StackName}-out" } } } },
  };
  const planned = planOf({
    Last: { Resources: { L: thing() }, dependsOn: ["Importer"] },
    Importer: { Resources: { I: thing({ Link: { "Fn::ImportValue": "Exporter-out" } }) } },
    Exporter: exporting,
  });
  expect(paths(planned)).toEqual(["Exporter/Out", "Importer/I", "Last/L"]);
});

test("everything that is not supported is named in one message, with its place", () => {
  const message = refusal(() =>
    planOf(
      {
        S: {
          Resources: {
            Odd: { Type: "B::Unknown" },
            Wrong: thing(
              { Name: "n", Colour: "red", Deep: { Known: 1, Unknown: 2 } },
              { Metadata: { "aws:cdk:path": "S/Wrong/Resource" } },
            ),
            Secret: thing({ Name: "{{resolve:ssm-secure:key}}" }),
            Net: thing({ Name: { "Fn::Cidr": [] } }),
            Lost: thing({ Link: { Ref: "Nowhere" } }),
            Inner: nested("inner.json"),
          },
          Outputs: { Gone: { Value: { "Fn::ImportValue": "unknown" } } },
        },
      },
      {
        "inner.json": { Resources: { Deep: { Type: "B::Deeper" } }, Transform: "AWS::Serverless-2016-10-31" },
      },
    ),
  );
  for (const part of [
    "S/Odd (B::Unknown): this resource type is not served by the local cloud.",
    "S/Wrong (A::Thing), construct S/Wrong/Resource: property Colour is not served",
    "property Deep.Unknown is not served",
    "S/Secret (A::Thing): the dynamic reference {{resolve:ssm-secure:key}} is not served",
    "S/Net (A::Thing): the function Fn::Cidr is not served",
    "S/Lost (A::Thing): it refers to Nowhere, which the template does not have",
    "S, output Gone: it imports unknown, which no stack of the app exports",
    "S/Inner/Deep (B::Deeper): this resource type is not served",
    'S/Inner: the transform "AWS::Serverless-2016-10-31" is not served',
    "Leave these out of local runs",
  ]) {
    expect(message).toContain(part);
  }
  expect(message).not.toContain("Deep.Known");
});

test("elements of lists are checked one by one", () => {
  const message = refusal(() =>
    planOf({ S: { Resources: { T: thing({ Deep: [{ Known: 1 }, { Other: 1 }] }) } } }),
  );
  expect(message).toContain("property Deep[1].Other");
});

test("a cycle is named", () => {
  const cycle = { A: thing({ Link: { Ref: "B" } }), B: thing({ Link: { Ref: "A" } }) };
  expect(refusal(() => planOf({ S: { Resources: cycle } }))).toContain("S/A → S/B → S/A");
});

test("conditions decide on resources, branches and nested stacks by parameters", () => {
  const planned = planOf(
    {
      S: {
        Parameters: { Stage: { Type: "String", Default: "local" } },
        Conditions: {
          Local: { "Fn::Equals": [{ Ref: "Stage" }, "local"] },
          Remote: { "Fn::Not": [{ Condition: "Local" }] },
        },
        Resources: {
          Kept: thing({
            Name: { "Fn::If": ["Local", "here", { Ref: "Dropped" }] },
            Colour: { "Fn::If": ["Remote", 1, { Ref: "AWS::NoValue" }] },
          }),
          Dropped: { Type: "B::Unknown", Condition: "Remote" },
          Inner: nested("inner.json", {}, { Condition: "Remote" }),
        },
        Outputs: { Out: { Value: { Ref: "Dropped" }, Condition: "Remote" } },
      },
    },
    { "inner.json": { Resources: { Unknown: { Type: "B::Unknown" } } } },
  );
  expect(paths(planned)).toEqual(["S/Kept"]);
  expect(planned.resources[0]!.properties).toEqual({ Name: "here" });
});

test("resources that CDK adds for itself are skipped", () => {
  const planned = planOf({
    S: {
      Parameters: {
        BootstrapVersion: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/cdk-bootstrap/x" },
      },
      Resources: { CDKMetadata: { Type: "AWS::CDK::Metadata" }, T: thing() },
    },
  });
  expect(paths(planned)).toEqual(["S/T"]);
});

test("the function behind a custom resource that an engine implements is not needed", () => {
  const planned = planOf({
    S: {
      Resources: {
        Custom: {
          Type: "Custom::Served",
          Properties: { ServiceToken: { "Fn::GetAtt": ["Handler", "Arn"] }, Name: "n" },
          DependsOn: ["Handler"],
        },
        Handler: { Type: "B::Unknown" },
      },
    },
  });
  expect(paths(planned)).toEqual(["S/Custom"]);
  expect(planned.resources[0]!.properties).toEqual({ Name: "n" });
});

test("generated names are stable, short and different for equal logical ids in different stacks", () => {
  const long = "A".repeat(200);
  const inner = { "inner.json": { Resources: { [long]: thing() } } };
  const build = () =>
    planOf({ S: { Resources: { [long]: thing(), Inner: nested("inner.json") } } }, inner).resources.map(
      ({ generatedName }) => generatedName,
    );
  expect(build()).toEqual(build());
  expect(new Set(build()).size).toBe(2);
  for (const name of build()) expect(name).toMatch(/^[A-Za-z0-9-]{1,60}$/);
});
