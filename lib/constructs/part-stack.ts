import { NestedStack, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";

/** Where the parts of an app are: its workflows, its reactions and the rules of the ledger. */
export type StackLayout = "nested" | "separate";

/** A stack of its own next to the main one, for a part of its app. */
export class PartStack extends Stack {
  /** The stack of which it is a part. */
  readonly main: Stack;

  constructor(main: Stack, name: string, description: string) {
    super(main.node.scope!, `${main.node.id}-${name}`, {
      stackName: `${main.stackName}-${name}`,
      description,
      // Unknown until deployment, if the main stack's are.
      env: main.environment.includes("unknown") ? undefined : { account: main.account, region: main.region },
    });
    this.main = main;
  }
}

/** The stack of a part: nested in the main stack, or next to it. */
export function stackOfPart(scope: Construct, name: string, description: string, layout: StackLayout): Stack {
  return layout === "nested"
    ? new NestedStack(scope, name, { description })
    : new PartStack(Stack.of(scope), name, description);
}
