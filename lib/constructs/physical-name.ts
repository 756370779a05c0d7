import { Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** "Films/Millrace/produce-video/Intake": unique in an account, and the same for a stack and its nested ones up to the stack's name. */
export function nameByPath(construct: IConstruct): string {
  let stack = Stack.of(construct);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return `${stack.stackName}/${construct.node.path.slice(stack.node.path.length + 1)}`;
}
