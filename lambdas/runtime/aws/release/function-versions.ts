import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

/**
 * Invokes a function version with a delivery; undefined if that version no longer exists. Throws the
 * invocation's error. The client is loaded at the first call: most functions never route anything.
 */
export async function invokeVersion(arn: string, event: SQSEvent): Promise<SQSBatchResponse | undefined> {
  const { InvokeCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  // The queue retries; a retry from here would find the claim of the first call.
  const client = new LambdaClient({ maxAttempts: 1 });
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
