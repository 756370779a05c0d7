import type { QueueDepth } from "../../api/ports.ts";
import type { Now } from "../../ports/clock.ts";
import type { Log } from "../../ports/telemetry.ts";
import { queueClient } from "../client/sqs-calls.ts";
import { GetQueueAttributesCommand } from "../client/sqs-commands.ts";

/** How long an answer is reused: there are many viewers, and SQS's own numbers are no newer. */
const KNOWN_FOR = 2_000;

/** The number of messages in queues, by URL. */
export function queueDepths(log: Log, client = queueClient(), now: Now = Date.now) {
  const known = new Map<string, { at: number; depth: Promise<QueueDepth | undefined> }>();
  const look = async (url: string): Promise<QueueDepth | undefined> => {
    try {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: url,
          AttributeNames: [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
          ],
        }),
      );
      return {
        backlog: Number(Attributes.ApproximateNumberOfMessages),
        inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
        delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed),
      };
    } catch (error) {
      // A queue that is just being removed does not hide the numbers of the others.
      log.warn("Could not read the length of a queue.", { url, error });
      return undefined;
    }
  };
  return async (urls: readonly string[]): Promise<Map<string, QueueDepth>> => {
    for (const url of urls) {
      if ((known.get(url)?.at ?? Number.NEGATIVE_INFINITY) + KNOWN_FOR <= now())
        known.set(url, { at: now(), depth: look(url) });
    }
    const depths = await Promise.all(urls.map(async (url) => [url, await known.get(url)!.depth] as const));
    return new Map(depths.flatMap(([url, depth]) => (depth ? [[url, depth]] : [])));
  };
}
