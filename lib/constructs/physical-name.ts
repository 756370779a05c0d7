import type { IConstruct } from "constructs";
import { rootStack } from "./root-stack.ts";

/** "Films/Millrace/produce-video/Intake": unique in an account, and the same for a stack and its nested ones up to the stack's name. */
export function nameByPath(construct: IConstruct): string {
  const stack = rootStack(construct);
  return `${stack.stackName}/${construct.node.path.slice(stack.node.path.length + 1)}`;
}
