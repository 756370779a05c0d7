import { Code } from "aws-cdk-lib/aws-lambda";
import { BUNDLING_STACKS } from "aws-cdk-lib/cx-api";
import type { Construct } from "constructs";

/**
 * Whether the CDK's command uses the code of functions. Commands such as `cdk list` and `cdk destroy` do not:
 * they give an empty list of the stacks to bundle.
 */
export function needsCode(scope: Construct): boolean {
  const stacks: unknown = scope.node.tryGetContext(BUNDLING_STACKS);
  return !Array.isArray(stacks) || stacks.length > 0;
}

/** In place of the code that the command does not use. */
export function noCode(): Code {
  return Code.fromInline("// This command of the CDK does not bundle code.");
}
