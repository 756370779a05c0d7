import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { expect, test } from "vitest";
import * as z from "zod";
import { ArtifactBucket } from "../../lib/constructs/artifact-bucket.ts";
import { HandlerFunction } from "../../lib/constructs/handler-function.ts";
import type { SharedFolder } from "../../lib/contract/shared-files.ts";
import { defineStep } from "../../lib/contract/step.ts";

/** What the function may do in the bucket, with the prefix. */
function grants(shared: SharedFolder | undefined): [string[], string][] {
  const stack = new Stack(new App(), "Test");
  const handler = new HandlerFunction(stack, "Step", {
    code: Code.fromInline("exports.handler = () => {}"),
    description: "Step",
  });
  new ArtifactBucket(stack, "Artifacts", { retentionDays: 90 }).grantShared(handler, shared);
  return Object.values(Template.fromStack(stack).findResources("AWS::IAM::Policy")).flatMap(
    ({ Properties }) =>
      Properties.PolicyDocument.Statement.filter(({ Action }: { Action: unknown }) =>
        JSON.stringify(Action).includes("s3:"),
      ).map(({ Action, Resource }: { Action: string | string[]; Resource: any }) => [
        [Action].flat(),
        Resource["Fn::Join"][1][1],
      ]),
  );
}

test("A step gets access to the folder that it names, to read or to write, and to no other.", () => {
  expect(grants({ folder: "published", access: "read and write" })).toEqual([
    [["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], "/_shared/published/*"],
  ]);
  expect(grants({ folder: "subscribers", access: "read" })).toEqual([
    [["s3:GetObject"], "/_shared/subscribers/*"],
  ]);
  expect(grants(undefined)).toEqual([]);
});

test.each(["../agents", "a/b", "Published", ""])('The folder "%s" is refused by name.', (folder) => {
  const about = { input: z.object({}), output: z.null(), timeout: "1 minute" } as const;
  expect(() => defineStep("publish", { ...about, shared: { folder, access: "read" } })).toThrow(
    `Step "publish": shared.folder is "${folder}"; the rules for step names apply.`,
  );
});
