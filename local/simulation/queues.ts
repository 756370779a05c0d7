import { createHash } from "node:crypto";
import type { Kernel } from "../kernel/kernel.ts";
import type { Random } from "../kernel/random.ts";
import type { Service } from "../kernel/service.ts";
import { toMilliseconds } from "./duration.ts";
import type { Faults } from "./faults.ts";

/** How late a second copy of a message may come, seconds. */
const LATEST_COPY = 60;

/**
 * SQS with what a standard queue may do and rarely does: deliver twice (while the first delivery is in hand, or after
 * it was deleted), late, and out of order; and what it does not, but people and expiry do: lose messages. FIFO queues promise
 * otherwise and are left as they are.
 */
export function unreliableQueues(kernel: Kernel, sqs: Service, faults: Faults, random: Random): Service {
  const { duplicates = 0, delays, losses } = faults;
  const { SendMessage: send, ReceiveMessage: receive, ChangeMessageVisibility: change } = sqs.operations;
  const longest = delays ? toMilliseconds(delays.upTo) / 1000 : 0;
  const isStandard = ({ QueueUrl }: { QueueUrl?: unknown }) => !String(QueueUrl).endsWith(".fifo");
  const happens = (chance: number) => chance > 0 && random.fraction() < chance;
  const seconds = (most: number) => Math.ceil(random.fraction() * most);

  return {
    ...sqs,
    operations: {
      ...sqs.operations,

      SendMessage(input, context) {
        if (!isStandard(input)) return send!(input, context);
        if (losses && happens(losses.chance)) {
          const { clock } = kernel;
          if (losses.backAfter !== undefined)
            clock.at(clock.now() + toMilliseconds(losses.backAfter), () => void send!(input, context));
          return { MessageId: random.uuid(), MD5OfMessageBody: md5(String(input.MessageBody)) };
        }
        const late = delays && happens(delays.chance) ? { DelaySeconds: seconds(longest) } : {};
        const sent = send!({ ...input, ...late }, context);
        if (happens(duplicates)) send!({ ...input, DelaySeconds: seconds(LATEST_COPY) }, context);
        return sent;
      },

      async ReceiveMessage(input, context) {
        const received: any = await receive!(input, context);
        if (!isStandard(input)) return received;
        for (const { ReceiptHandle } of received.Messages ?? []) {
          if (!happens(duplicates)) continue;
          kernel.work.start("simulation: duplicate", async () => {
            await change!({ QueueUrl: input.QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }, context);
          });
        }
        return received;
      },
    },
  };
}

const md5 = (text: string) => createHash("md5").update(text).digest("hex");
