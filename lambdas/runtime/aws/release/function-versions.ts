import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

/**
 * Has a function version take a delivery; undefined where that version is gone. Throws what the invocation came to.
 * The client is loaded with the first one: most functions never hand anything over.
 */
export async function invokeVersion(arn: string, event: SQSEvent): Promise<SQSBatchResponse | undefined> {
  const { InvokeCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  // The queue tries again; a second try from here would meet the first one's claim.
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
