import type { Kernel } from "../kernel/kernel.ts";
import type { Messages } from "./messages.ts";
import type { Queue, Queues } from "./queues.ts";

type Measure = (queue: Queue) => number;

/** The current metrics of queues in the namespace AWS/SQS. */
export function queueMeasures(
  kernel: Kernel,
  queues: Queues,
  messages: Messages,
): (metric: string, dimensions: Record<string, string>) => number | undefined {
  const depth = (queue: Queue) => messages.depth.read(queue.id, kernel.clock.now());
  const measures: Record<string, Measure> = {
    ApproximateNumberOfMessagesVisible: (queue) => depth(queue).visible,
    ApproximateNumberOfMessagesNotVisible: (queue) => depth(queue).inFlight,
    ApproximateNumberOfMessagesDelayed: (queue) => depth(queue).delayed,
    ApproximateAgeOfOldestMessage(queue) {
      const oldest = kernel.store.get<{ sent: number | null }>(
        "SELECT min(sent_at) AS sent FROM sqs_message WHERE queue = ?",
        queue.id,
      )!.sent;
      return oldest === null ? 0 : Math.floor((kernel.clock.now() - oldest) / 1000);
    },
  };
  return (metric, { QueueName }) => {
    const queue = QueueName === undefined ? undefined : queues.named(QueueName);
    return queue && Object.hasOwn(measures, metric) ? measures[metric]!(queue) : undefined;
  };
}
