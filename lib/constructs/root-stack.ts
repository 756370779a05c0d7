import { Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** The stack that is deployed, of which a construct's own may be a nested one. */
export function rootStack(construct: IConstruct): Stack {
  let stack = Stack.of(construct);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return stack;
}
