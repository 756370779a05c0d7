import { NestedStack, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { isTracedByXray, withoutXray } from "./xray-tracing.ts";

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

/** The stacks of an app's parts: nested in the main stack, or next to it. */
export class PartStacks {
  readonly all: Stack[] = [];
  private readonly scope: Construct;
  private readonly layout: StackLayout;

  constructor(scope: Construct, layout: StackLayout) {
    this.scope = scope;
    this.layout = layout;
  }

  /** Those next to the main stack. */
  get separate(): Stack[] {
    return this.all.filter(({ nestedStackParent }) => !nestedStackParent);
  }

  add(name: string, description: string): Stack {
    const { scope } = this;
    const stack =
      this.layout === "nested"
        ? new NestedStack(scope, name, { description })
        : new PartStack(Stack.of(scope), name, description);
    // A stack next to the main one does not inherit it.
    if (!isTracedByXray(scope)) withoutXray(stack);
    this.all.push(stack);
    return stack;
  }
}
