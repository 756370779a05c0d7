import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { defineTool } from "../../lib/index.ts";
import { Millrace } from "../../lib/millrace.ts";
import { makePodcast, reactions, sendMail } from "../end-to-end/reactions/news/reactions.ts";

const handlers = "test/end-to-end/reactions/news";

function stackOf(definitions = reactions) {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-reactions-")) });
  const stack = new Stack(app, "News");
  return { stack, millrace: new Millrace(stack, "Millrace", { reactions: definitions, handlers }) };
}

let parent: Template;
let podcast: Template;
beforeAll(() => {
  const { stack, millrace } = stackOf();
  parent = Template.fromStack(stack);
  podcast = Template.fromStack(Stack.of(millrace.reactions.get("make-podcast")!));
});

test("a reaction's filter is in its rule", () => {
  podcast.hasResourceProperties("AWS::Events::Rule", {
    EventPattern: {
      "detail-type": ["article.published"],
      detail: { section: ["culture"], words: [{ numeric: [">=", 1_000] }] },
    },
  });
});

test("its queue allows more receives than attempts, so that SQS gives up nothing that the reaction would retry", () => {
  const queues = Object.values(podcast.findResources("AWS::SQS::Queue"));
  const counts = queues.flatMap(({ Properties }) => Properties.RedrivePolicy?.maxReceiveCount ?? []);
  expect(counts).toEqual([makePodcast.retry.attempts + 20]);
});

test("its function may use the table, its own queues, the queue of control and its own files: nothing else", () => {
  const policies = Object.values(podcast.findResources("AWS::IAM::Policy"));
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  const actions = statements
    .flatMap(({ Action }) => Action)
    .filter((action) => !/^(logs|xray):/.test(action));
  expect([...new Set(actions)].sort()).toEqual([
    "dynamodb:BatchGetItem",
    "dynamodb:DeleteItem",
    // The replay that has brought an event.
    "dynamodb:GetItem",
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLUpdate",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "s3:GetObject",
    "s3:PutObject",
    "s3:PutObjectTagging",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
  ]);
  expect(actions.some((action) => action.startsWith("events:"))).toBe(false);
});

test("an app without workflows has no state machine, and its reactions' breakers have alarms", () => {
  parent.resourceCountIs("AWS::StepFunctions::StateMachine", 0);
  parent.hasResourceProperties("AWS::CloudWatch::Alarm", { MetricName: "BreakersOpened" });
});

test("a tool's permissions are granted to functions whose models may call it", () => {
  const schema = z.object({ query: z.string() });
  const search = defineTool("search", { description: "Searches.", input: schema, output: schema });
  const { millrace } = stackOf([{ ...sendMail, tools: [search] }, makePodcast]);
  const { handler } = millrace.reactions.get(sendMail.name)!;
  expect(millrace.callersOf(search)).toEqual([handler]);
  for (const caller of millrace.callersOf(search))
    caller.allow(["dynamodb:Query"], "arn:aws:dynamodb:::table/t");
  const [mail, podcasts] = [sendMail, makePodcast].map(({ name }) =>
    JSON.stringify(Template.fromStack(Stack.of(millrace.reactions.get(name)!)).toJSON()),
  );
  for (const sign of ['"MILLRACE_TOOLS":"search"', "dynamodb:Query"]) {
    expect(mail).toContain(sign);
    expect(podcasts).not.toContain(sign);
  }
});

test("two reactions of one name are refused", () => {
  expect(() => stackOf([sendMail, sendMail])).toThrow(/The reaction "send-mail" has the same name as/);
});
