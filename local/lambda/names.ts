import type { Kernel } from "../kernel/kernel.ts";
import { accessDenied, invalidParameter, notFound, validation } from "./errors.ts";
import { FUNCTION_NAME } from "./inputs.ts";
import { check, structure, text } from "./shape.ts";

/** A function as a caller names it. */
export interface FunctionName {
  name: string;
  /** A version or an alias; undefined if the caller names none. */
  qualifier: string | undefined;
}

const REFERENCE =
  /^(?:arn:aws[a-z-]*:lambda:)?(?:(?<region>[a-z]{2}(?:-[a-z]+)+-\d):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[a-zA-Z0-9_.-]+)(?::(?<qualifier>\$LATEST|[a-zA-Z0-9_-]+))?$/;

const functionNames = structure({ FunctionName: text({ pattern: FUNCTION_NAME }) }, "FunctionName");

/**
 * Parses a name, a partial ARN or an ARN, each with or without a qualifier. Throws for one of another region
 * or account.
 */
export function readFunctionName(kernel: Kernel, reference: unknown, qualifier?: string): FunctionName {
  const found = typeof reference === "string" ? REFERENCE.exec(reference)?.groups : undefined;
  if (!found) {
    check(functionNames, { FunctionName: reference });
    throw validation(`The local cloud does not know a function by ${reference}.`);
  }
  const { region = kernel.region, account = kernel.account } = found;
  if (region !== kernel.region) {
    throw notFound(`Functions from '${region}' are not reachable in this region ('${kernel.region}')`);
  }
  if (account !== kernel.account) {
    throw accessDenied(`The functions of the account ${account} are not reachable from ${kernel.account}.`);
  }
  if (qualifier !== undefined && found.qualifier !== undefined && qualifier !== found.qualifier) {
    throw invalidParameter(
      "The derived qualifier from the function name does not match the specified qualifier.",
    );
  }
  return { name: found.name!, qualifier: found.qualifier ?? qualifier };
}

/** "arn:aws:lambda:us-east-1:000000000000:function:resize:live"; unqualified where no qualifier is given. */
export function functionArn(kernel: Kernel, name: string, qualifier?: string): string {
  return kernel.arn("lambda", `function:${name}${qualifier === undefined ? "" : `:${qualifier}`}`);
}
