import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { currentMachines, defineWorkflow, type Workflow } from "../../lib/index.ts";
import { Millrace } from "../../lib/millrace.ts";
import { sendExpress } from "../end-to-end/express/parcel/workflow.ts";
import { ParcelReady, pack } from "../end-to-end/parcels/steps.ts";

let template: Template;
beforeAll(() => {
  template = templateOf(sendExpress);
}, 120_000);

function templateOf(workflow: Workflow): Template {
  const stack = new Stack(new App(), "Parcels");
  const { workflows } = new Millrace(stack, "Millrace", {
    workflows: [workflow],
    handlers: "test/end-to-end/express/parcel",
  });
  return Template.fromStack(Stack.of(workflows.get("send-express")!));
}

/** Logical ids of the queues that a function may send to. */
function sendsTo(description: string): string[] {
  const [handler] = Object.values(
    template.findResources("AWS::Lambda::Function", { Properties: { Description: description } }),
  );
  const role = handler!.Properties.Role["Fn::GetAtt"][0] as string;
  const policies = template.findResources("AWS::IAM::Policy", {
    Properties: { Roles: Match.arrayWith([{ Ref: role }]) },
  });
  return Object.values(policies)
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => [Action].flat().includes("sqs:SendMessage"))
    .flatMap(({ Resource }) => [Resource].flat())
    .flatMap((resource) => resource["Fn::GetAtt"]?.[0] ?? [])
    .sort();
}

test("one function takes the events of an express workflow and does its work, together with the concurrency of its pool", () => {
  const functions = template.findResources("AWS::Lambda::Function");
  expect(Object.values(functions).map(({ Properties }) => Properties.Description)).toEqual([
    "send-express: counter",
  ]);
  const mappings = Object.values(template.findResources("AWS::Lambda::EventSourceMapping"));
  const [[name]] = Object.entries(functions) as [[string, unknown]];
  const own = mappings.filter(({ Properties }) => Properties.FunctionName.Ref === name);
  const read = own.map(({ Properties }) => [
    Properties.EventSourceArn["Fn::GetAtt"][0],
    Properties.ScalingConfig.MaximumConcurrency,
  ]);
  // The pool has 4.
  expect(new Set(read)).toEqual(
    new Set([
      [expect.stringContaining("Events"), 2],
      [expect.stringContaining("Work"), 2],
    ]),
  );
});

test.each([
  ["five", 5, 10],
  ["fifty", 50, 50],
])("a pool that takes %s messages at once takes as many events, and ten at least", (_name, batch, events) => {
  const pool = { ...pack.pool!, batch };
  const workflow = defineWorkflow("send-express", {
    on: ParcelReady,
    express: true,
    run: (w, parcel: any) => w.step({ ...pack, pool }, { parcel }),
  });
  const mappings = Object.values(templateOf(workflow).findResources("AWS::Lambda::EventSourceMapping"));
  const sizeOf = (queue: string) =>
    mappings.find(({ Properties }) => Properties.EventSourceArn["Fn::GetAtt"][0].includes(queue))!.Properties
      .BatchSize;
  expect([sizeOf("Events"), sizeOf("Work")]).toEqual([events, batch]);
});

test("it may send to both of its queues, and to no other of its stack", () => {
  const queues = [expect.stringContaining("Events"), expect.stringContaining("Work")];
  expect(new Set(sendsTo("send-express: counter"))).toEqual(new Set(queues));
});

test("no function but the one that takes events may start executions of the workflow", () => {
  const starting = Object.entries(template.findResources("AWS::IAM::Policy")).filter(([, { Properties }]) =>
    JSON.stringify(Properties.PolicyDocument).includes("states:StartExecution"),
  );
  // The state machine itself starts the parts of long lists.
  const functions = starting.map(([id]) => id).filter((id) => !id.startsWith("CoordinatorRole"));
  expect(functions).toEqual([expect.stringContaining("counterWorker")]);
});

test("the release brings the plan, with the time after which a run that has not ended is handed over", () => {
  const [release] = Object.values(template.findResources("Custom::MillraceRelease"));
  expect(JSON.parse(release!.Properties.express)).toMatchObject({
    step: "pack",
    deadline: 3_600,
    // Three timeouts of ten seconds and the overhead, and six times that until the message is delivered again.
    patience: 7 * 45,
  });
});

test("the release brings the state machine that runs do without, to replay them", () => {
  const [release] = Object.values(template.findResources("Custom::MillraceRelease"));
  expect(JSON.parse(release!.Properties.machine)).toEqual(currentMachines(sendExpress).run);
});
