import type { Kernel } from "../kernel/kernel.ts";
import type { Random } from "../kernel/random.ts";
import type { Service } from "../kernel/service.ts";
import { toMilliseconds } from "./duration.ts";
import type { Faults } from "./faults.ts";

/**
 * SQS with what a standard queue may do and rarely does: deliver twice, late, and out of order. FIFO queues promise
 * otherwise and are left as they are.
 */
export function unreliableQueues(kernel: Kernel, sqs: Service, faults: Faults, random: Random): Service {
  const { duplicates = 0, delays } = faults;
  const { SendMessage: send, ReceiveMessage: receive, ChangeMessageVisibility: change } = sqs.operations;
  const longest = delays ? toMilliseconds(delays.upTo) / 1000 : 0;
  const isStandard = ({ QueueUrl }: { QueueUrl?: unknown }) => !String(QueueUrl).endsWith(".fifo");
  return {
    ...sqs,
    operations: {
      ...sqs.operations,

      SendMessage(input, context) {
        if (!delays || !isStandard(input) || random.fraction() >= delays.chance) return send!(input, context);
        const DelaySeconds = Math.max(input.DelaySeconds ?? 0, Math.ceil(random.fraction() * longest));
        return send!({ ...input, DelaySeconds }, context);
      },

      async ReceiveMessage(input, context) {
        const received: any = await receive!(input, context);
        if (!isStandard(input)) return received;
        for (const { ReceiptHandle } of received.Messages ?? []) {
          if (random.fraction() >= duplicates) continue;
          // Soon, but not at once: receiver and message would chase each other without end.
          kernel.clock.at(kernel.clock.now() + Math.ceil(random.fraction() * 1000), () => {
            kernel.work.start("simulation: duplicate", async () => {
              await ignoreGone(() =>
                change!({ QueueUrl: input.QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }, context),
              );
            });
          });
        }
        return received;
      },
    },
  };
}

/** A message that was deleted meanwhile cannot come again. */
async function ignoreGone(attempt: () => unknown): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (!GONE.has((error as Error).name)) throw error;
  }
}

const GONE = new Set(["InvalidParameterValue", "MessageNotInflight"]);
