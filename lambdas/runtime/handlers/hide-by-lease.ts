import { hidesByLease } from "../../../lib/contract/lease.ts";
import type { WorkSpec } from "../../../lib/contract/work.ts";
import type { SourceQueue } from "../ports/queue.ts";
import { leaseOf } from "../work/effect.ts";
import type { Delivery } from "./queue-handler.ts";

/**
 * The queue of a pool hides a message for six times the timeout of its longest step, which is long for a
 * short step.
 */
const LONG_LIFE = 2 * 60_000;
/** After the lease, so that the next delivery finds it expired. */
const MARGIN = 1_000;

/**
 * Runs `work` while its message is hidden until the lease ends, instead of for the queue's visibility
 * timeout: a worker that dies costs seconds beyond its lease. The request is sent in parallel with the claim
 * and delays nothing; if it fails, the queue's timeout applies.
 */
export async function hiddenByLease<Outcome>(
  specs: readonly Pick<WorkSpec, "timeout">[],
  { record, invocation, log }: Pick<Delivery, "record" | "invocation" | "log">,
  { queue, now }: { queue: Pick<SourceQueue, "delay">; now: () => number },
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const lease = leaseOf(invocation) - now();
  if (!hidesByLease(...specs) && lease < LONG_LIFE) return await work();
  const hidden = queue
    .delay(record.receiptHandle, lease + MARGIN)
    .catch((error) =>
      log.warn("The message keeps its queue's visibility timeout.", { error: (error as Error).message }),
    );
  try {
    return await work();
  } finally {
    // The handler may hide it for another time, and that has to be the last change.
    await hidden;
  }
}
