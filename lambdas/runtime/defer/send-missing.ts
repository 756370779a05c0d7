import type { SendMissing } from "../../../lib/contract/messages/command.ts";
import type { Now } from "../ports/clock.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import type { StepQueues } from "./ports.ts";

export interface SendMissingPorts {
  stepQueues: StepQueues;
  now: Now;
  log: Log;
  metrics: Metrics;
}

/** The maximum visibility timeout of a queue; a backlog of this age has raised its alarm for days. */
const LONGEST_BACKLOG = 12 * 60 * 60 * 1000;

/**
 * Sends a message again that nothing explains, unless it may still be in its queue: an empty queue does not
 * contain it, and after this long it is sent in any case. If both exist, the claim removes the duplicate.
 */
export async function sendMissing(
  { queueUrl, message, since }: SendMissing,
  ports: SendMissingPorts,
): Promise<void> {
  const { run } = message;
  const { path, direction } = { path: undefined, direction: undefined, ...message };
  const about = { run: run.id, epoch: run.epoch, path, direction, since };
  const mayBeThere = ports.now() - Date.parse(since) < LONGEST_BACKLOG;
  if (mayBeThere && (await ports.stepQueues.count(queueUrl)) > 0) {
    ports.log.info("A message has waited for long; its queue is not empty, so it may be there.", about);
    return;
  }
  await ports.stepQueues.send(queueUrl, message);
  ports.log.warn("A message was lost, and its run waits for it; it is sent again.", about);
  ports.metrics.count("MessagesLost");
}
