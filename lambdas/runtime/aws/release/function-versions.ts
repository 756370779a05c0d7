import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { functionsClient, InvokeCommand } from "../client/lambda-commands.ts";

/**
 * Invokes a function version with a delivery; undefined if that version no longer exists. Throws the
 * invocation's error.
 */
export async function invokeVersion(arn: string, event: SQSEvent): Promise<SQSBatchResponse | undefined> {
  // The queue retries; a retry from here would find the claim of the first call.
  const client = functionsClient(1);
  try {
    const input = { FunctionName: arn, Payload: JSON.stringify(event) };
    const { Payload, FunctionError } = await client.send(new InvokeCommand(input));
    const answer = JSON.parse(new TextDecoder().decode(Payload));
    if (FunctionError) throw new Error(`${arn} failed: ${answer.errorMessage}`);
    return answer as SQSBatchResponse;
  } catch (error) {
    if ((error as Error).name !== "ResourceNotFoundException") throw error;
    return undefined;
  }
}
