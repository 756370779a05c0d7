import { hasCode } from "./errors.ts";

/** Writes events to a stream of a log group, which is created if it does not exist. `call` calls the logs engine. */
export async function putLogEvents(
  call: (operation: string, input: object) => Promise<unknown>,
  stream: { logGroupName: string | undefined; logStreamName: string },
  logEvents: { timestamp: number; message: string }[],
): Promise<void> {
  const write = () => call("PutLogEvents", { ...stream, logEvents });
  await write().catch(async (error: unknown) => {
    if (!hasCode(error, "ResourceNotFoundException")) throw error;
    await call("CreateLogStream", stream);
    await write();
  });
}
