import type { CloudFormationClient, DescribeStacksCommand, Stack } from "@aws-sdk/client-cloudformation";
import { expect, test } from "vitest";
import { findDeployment } from "../../../../lambdas/runtime/aws/release/deployment.ts";

const stackOf = (name: string, ...keys: string[]) =>
  ({ StackName: name, Outputs: keys.map((key) => ({ OutputKey: key, OutputValue: key })) }) as Stack;

/** CloudFormation with these stacks. */
const client = (...stacks: Stack[]) =>
  ({
    async send({ input: { StackName } }: DescribeStacksCommand) {
      const Stacks = stacks.filter((stack) => StackName === undefined || stack.StackName === StackName);
      if (StackName === undefined || Stacks.length > 0) return { Stacks };
      throw Object.assign(new Error(`Stack with id ${StackName} does not exist`), {
        name: "ValidationError",
      });
    },
  }) as unknown as CloudFormationClient;

test("a stack that does not exist is an error that names those with Millrace", async () => {
  const stacks = [
    stackOf("Shop", "MillraceBus"),
    stackOf("Network", "Subnets"),
    stackOf("Mail", "MillraceBus"),
  ];
  await expect(findDeployment("Millrace", client(...stacks))).rejects.toThrow(
    "The stack Millrace does not exist. Stacks with Millrace: Shop, Mail. Choose one with --stack or MILLRACE_STACK.",
  );
});

test("where none has Millrace, the error is CloudFormation's", async () => {
  await expect(findDeployment("Millrace", client(stackOf("Network", "Subnets")))).rejects.toMatchObject({
    name: "ValidationError",
    message: "Stack with id Millrace does not exist",
  });
});
