import type { Kernel } from "../../kernel/kernel.ts";
import type { Failure } from "../failure.ts";
import { parseData } from "../numbers.ts";
import type { Answer } from "./answer.ts";

/** The answer of a Task whose resource is a function's ARN: what the function returns. */
export async function invokeFunction(
  kernel: Kernel,
  arn: string,
  parameters: unknown,
  caller: string,
): Promise<Answer> {
  const payload = Buffer.from(JSON.stringify(parameters));
  const input = { FunctionName: arn, InvocationType: "RequestResponse", Payload: payload };
  const output = await kernel.call("lambda", "Invoke", input, { caller });
  const text = payloadText(output.Payload);
  if (output.FunctionError) return { kind: "failed", failure: functionFailure(text) };
  return { kind: "result", value: parsePayload(text) };
}

export function payloadText(payload: Uint8Array | string | undefined): string {
  return payload === undefined ? "" : typeof payload === "string" ? payload : Buffer.from(payload).toString();
}

export function parsePayload(text: string): unknown {
  if (text === "") return null;
  try {
    return parseData(text);
  } catch {
    return text;
  }
}

/** The error of the function's own code: its type, with what it says as the cause. */
export function functionFailure(text: string): Failure {
  const payload = parsePayload(text) as { errorType?: unknown } | null;
  if (typeof payload?.errorType === "string") return { error: payload.errorType, cause: text };
  return {
    error: "Lambda.Unknown",
    cause: `The cause could not be determined because Lambda did not return an error type. Returned payload: ${text}`,
  };
}
