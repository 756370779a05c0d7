import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { Millrace } from "../../lib/millrace.ts";
import { produceVideo } from "../../workflows/video/produce-video.ts";

let millrace: Millrace;
let template: Template;
beforeAll(() => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-events-")) });
  const stack = new Stack(app, "Millrace");
  millrace = new Millrace(stack, "Millrace", { workflows: [produceVideo], schemaRegistry: true });
  template = Template.fromStack(stack);
});

const queuesOf = (of: Template) =>
  Object.values(of.findResources("AWS::SQS::QueuePolicy"))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action, Principal }) => Action.includes("sqs:SendMessage") && Principal.AWS !== undefined)
    .map(({ Resource }) => JSON.stringify(Resource));

test("released events may go to the queues of intake and of waits", () => {
  const workflow = Template.fromStack(Stack.of(millrace.workflows.get("produce-video")!));
  expect(queuesOf(workflow).filter((queue) => /"Events.*Queue/.test(queue))).toHaveLength(1);
  expect(queuesOf(template).some((queue) => /Waiting/.test(queue))).toBe(true);
});

test("the schema registry is created on request, with the events that workflows receive and steps send", () => {
  const schemas = Object.values(template.findResources("AWS::EventSchemas::Schema"));
  expect(schemas.map(({ Properties }) => Properties.SchemaName).sort()).toEqual([
    "video.published@v1",
    "video.requested@v1",
    "video.requested@v2",
    "video.withdrawn@v1",
  ]);
});
