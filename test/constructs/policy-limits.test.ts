import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type NestedStack, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { Millrace } from "../../lib/millrace.ts";
import { catalogue, makeBook, sellBook } from "../end-to-end/dead-letters/app/books.ts";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: all inline policies of a role. */
const MOST_OF_A_ROLE = 10_240;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html */
const QUEUE_POLICY = { statements: 20, bytes: 8_192 };
/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const LONGEST_PATTERN = 2_048;

/** Templates of a stack and its nested ones. */
function synthesize(workflows: (typeof makeBook | typeof sellBook)[]): Template[] {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-policies-")) });
  const stack = new Stack(app, "Press");
  new Millrace(stack, "Millrace", {
    workflows,
    reactions: [catalogue],
    handlers: join(import.meta.dirname, "../end-to-end/dead-letters/app"),
  });
  const nested = stack.node.findAll().filter((child): child is NestedStack => Stack.isStack(child));
  return nested.map((one) => Template.fromStack(one));
}

let one: Template[];
let two: Template[];
beforeAll(() => {
  [one, two] = [synthesize([makeBook]), synthesize([makeBook, sellBook])];
}, 240_000);

/** Characters as deployed, where references become ARNs of about this length. */
const sizeOf = (document: unknown) =>
  JSON.stringify(document, (_, value) => {
    if (value?.Ref === "AWS::Partition") return "aws";
    if (value?.Ref === "AWS::Region") return "ap-southeast-2";
    if (value?.Ref === "AWS::AccountId") return "111122223333";
    if (value?.["Fn::Join"])
      return value["Fn::Join"][1].map((part: any) => (part.Ref ? "x".repeat(14) : part)).join("");
    if (value?.Ref || value?.["Fn::GetAtt"]) return "x".repeat(110);
    return value;
  }).replaceAll(/\s/g, "").length;

/** Characters of all policies of each function's role in the parent stack, by the role. */
function roles(templates: Template[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { Properties } of Object.values(templates[0]!.findResources("AWS::IAM::Policy")))
    for (const { Ref } of Properties.Roles)
      sizes.set(Ref, (sizes.get(Ref) ?? 0) + sizeOf(Properties.PolicyDocument));
  return sizes;
}

test("the policies of functions that serve all workflows do not grow with them, except for the API's list of folders", () => {
  const [before, after] = [roles(one), roles(two)];
  const growth = [...after].map(([role, size]) => [role, size - (before.get(role) ?? 0)] as const);
  const growing = growth.filter(([, characters]) => characters > 0);
  expect(growing.map(([role]) => role)).toEqual([expect.stringMatching(/^MillraceControlPlaneApi/)]);
  const [[api, characters]] = growing as [(typeof growing)[number]];
  // Forty workflows and twenty reactions.
  expect(after.get(api)! + 58 * characters).toBeLessThan(MOST_OF_A_ROLE);
  for (const [role, size] of after) expect([role, size < MOST_OF_A_ROLE / 2]).toEqual([role, true]);
});

test("a queue's policy has one statement for all rules, and room left", () => {
  for (const template of two)
    for (const [id, { Properties }] of Object.entries(template.findResources("AWS::SQS::QueuePolicy"))) {
      const { Statement } = Properties.PolicyDocument;
      const ofRules = Statement.filter(({ Principal }: any) => Principal.Service === "events.amazonaws.com");
      expect([id, ofRules.length <= 1]).toEqual([id, true]);
      expect([id, Statement.length <= QUEUE_POLICY.statements / 4]).toEqual([id, true]);
      expect([id, sizeOf(Properties.PolicyDocument) < QUEUE_POLICY.bytes / 4]).toEqual([id, true]);
    }
});

test("no rule lists state machines or workflows: its pattern does not grow with them", () => {
  const patterns = (templates: Template[]) =>
    Object.entries(templates[0]!.findResources("AWS::Events::Rule")).map(
      ([id, { Properties }]) => [id, Properties.EventPattern ? sizeOf(Properties.EventPattern) : 0] as const,
    );
  const before = new Map(patterns(one));
  for (const [id, size] of patterns(two)) {
    expect([id, size < LONGEST_PATTERN / 2]).toEqual([id, true]);
    expect([id, size]).toEqual([id, before.get(id) ?? size]);
  }
});
