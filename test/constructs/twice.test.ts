import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import { Millrace } from "../../lib/millrace.ts";
import { workflows } from "../../workflows/index.ts";

/** Properties that are, or set, the name of a resource. */
const NAMES = /^(StatementId|Name|[A-Za-z]+Name)$/;
/** Properties that refer to another resource by its name. */
const REFERENCES = new Set(["EventBusName", "FunctionName", "MetricName", "RegistryName", "StageName"]);

/** Types whose names are unique in another resource, or need not be unique. */
const NAMED_WITHIN = new Set(["AWS::ApiGatewayV2::Api", "AWS::EventSchemas::Schema", "AWS::IAM::Policy"]);

/** The templates of an app, with its nested stacks. */
function templatesOf(stackName: string, env?: { region: string; account: string }): Template[] {
  const stack = new Stack(new App(), "Films", { stackName, env });
  const millrace = new Millrace(stack, "Millrace", { workflows, schemaRegistry: true });
  const parts = [...millrace.workflows.values()].map((each) => Stack.of(each));
  return [stack, ...parts].map((each) => Template.fromStack(each));
}

/** "AWS::SQS::Queue QueueName films_dead-letters_millrace" for each resource that has a name of its own. */
function namesIn(templates: readonly Template[]): string[] {
  return templates.flatMap((template) =>
    Object.values(template.toJSON().Resources as Record<string, any>).flatMap(({ Type, Properties = {} }) =>
      Object.entries(Properties)
        .filter(([name]) => NAMES.test(name) && !REFERENCES.has(name))
        .filter(() => !NAMED_WITHIN.has(Type))
        .map(([name, value]) => `${Type} ${name} ${JSON.stringify(value)}`),
    ),
  );
}

test("two stacks of the same app in one account have no name in common", () => {
  const [one, other] = ["films-test", "films-production"].map((name) => namesIn(templatesOf(name)));
  expect(one!.filter((name) => name.includes("StatementId"))).toHaveLength(2);
  expect(one!.filter((name) => name.includes("AlarmName")).length).toBeGreaterThan(10);
  expect(one!.filter((name) => other!.includes(name))).toEqual([]);
});

test("the statements of a bus are written one after the other: they are parts of one policy", () => {
  const policies = templatesOf("films")[0]!.findResources("AWS::Events::EventBusPolicy");
  const [first, second] = Object.entries(policies).toSorted(([, { DependsOn }]) => (DependsOn ? 1 : -1));
  expect(first![1].DependsOn).toBeUndefined();
  expect(second![1].DependsOn).toEqual([first![0]]);
});

/** Namespaces of Millrace's metrics: of its alarms, and of what its functions write. */
function namespacesIn(templates: readonly Template[]) {
  const of = (type: string, name: (properties: any) => (string | undefined)[]) =>
    new Set(
      templates
        .flatMap((template) => Object.values(template.findResources(type)))
        .flatMap(({ Properties }) => name(Properties))
        .filter((namespace) => !namespace?.startsWith("AWS/")),
    );
  return {
    alarms: of("AWS::CloudWatch::Alarm", ({ Namespace, Metrics = [] }) => [
      ...(Namespace ? [Namespace] : []),
      ...Metrics.flatMap(({ MetricStat }: any) => MetricStat?.Metric.Namespace ?? []),
    ]),
    functions: of("AWS::Lambda::Function", ({ Environment }) => [
      Environment.Variables.POWERTOOLS_METRICS_NAMESPACE,
    ]),
  };
}

test("a stack's alarms count what its own functions write, and nothing of another stack", () => {
  for (const name of ["films-test", "films-production"]) {
    const own = new Set([`Millrace/${name}`]);
    expect(namespacesIn(templatesOf(name))).toEqual({ alarms: own, functions: own });
  }
});

test("one stack in two regions has two dashboards, since their names are global", () => {
  const account = "123456789012";
  const [one, other] = ["eu-central-1", "us-east-1"].map((region) =>
    Object.values(
      templatesOf("films", { account, region })[0]!.findResources("AWS::CloudWatch::Dashboard"),
    ).map(({ Properties }) => Properties.DashboardName),
  );
  expect([one, other]).toEqual([["films-eu-central-1"], ["films-us-east-1"]]);
});
