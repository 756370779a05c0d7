import type { Kernel } from "../kernel/kernel.ts";
import { invalidParameter, validation } from "./errors.ts";

/** A function as a caller names it. */
export interface FunctionName {
  name: string;
  /** A version or an alias; undefined where the caller names none. */
  qualifier: string | undefined;
}

const REFERENCE =
  /^(?:arn:aws[a-z-]*:lambda:)?(?:[a-z]{2}(?:-[a-z]+)+-\d:)?(?:\d{12}:)?(?:function:)?(?<name>[a-zA-Z0-9_-]{1,64})(?::(?<qualifier>\$LATEST|[a-zA-Z0-9_-]+))?$/;

/** Reads a name, a partial ARN or an ARN, each with or without a qualifier. */
export function readFunctionName(text: unknown, qualifier?: string): FunctionName {
  const found = typeof text === "string" ? REFERENCE.exec(text)?.groups : undefined;
  if (!found) {
    throw validation(
      `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must be a function's name, partial ARN or ARN`,
    );
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
