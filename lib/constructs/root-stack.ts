import { Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { PartStack } from "./part-stack.ts";

/** The main stack of an app: a construct's own may be nested in it, or a part next to it. */
export function rootStack(construct: IConstruct): Stack {
  let stack = Stack.of(construct);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return stack instanceof PartStack ? stack.main : stack;
}
