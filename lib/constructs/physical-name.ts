import type { IConstruct } from "constructs";
import { rootStack } from "./root-stack.ts";

/**
 * "Films/Millrace/produce-video/Intake": unique in an account, with the name of the main stack as prefix of
 * all resources of an app. The id of a part next to the main stack is the main stack's and the part's, with a
 * hyphen for the slash.
 */
export function nameByPath(construct: IConstruct): string {
  const root = rootStack(construct);
  const path = construct.node.path.slice(root.node.path.length + 1);
  return `${root.stackName}/${path.replaceAll("/Default/", "/")}`;
}

/** The same in the characters of a log group's name. */
export function logGroupByPath(construct: IConstruct): string {
  return nameByPath(construct).replace(/[^\w./-]/g, "-");
}
