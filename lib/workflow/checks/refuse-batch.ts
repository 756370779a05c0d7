import { DefinitionError } from "../../contract/definition-error.ts";
import { type Duration, milliseconds } from "../../contract/duration.ts";
import { type Batch, LARGEST_EVENT_BATCH, MOST_BATCH_BYTES } from "../../contract/event-batch.ts";
import type { PerKey } from "../../contract/per-key.ts";
import { isWhole } from "../../contract/whole-number.ts";

const SHORTEST_WAIT: Duration = "1 second";
const LONGEST_WAIT: Duration = "1 day";

/** Throws a DefinitionError for an invalid batch, by itself or with the limits by key. */
export function refuseBatch(workflow: string, batch: Batch, perKey: PerKey | undefined): void {
  const problem = problemOf(batch) ?? (perKey && problemWith(perKey));
  if (problem) throw new DefinitionError(`Workflow "${workflow}" ${problem}`);
}

function problemOf({ size, within, bytes = MOST_BATCH_BYTES }: Batch): string | undefined {
  if (!isWhole(size, 2, LARGEST_EVENT_BATCH))
    return `has a batch "size" of ${size}. It must be a whole number from 2 to ${LARGEST_EVENT_BATCH}.`;
  if (!isWhole(bytes, 1, MOST_BATCH_BYTES))
    return `has a batch of up to ${bytes} "bytes". It must be a whole number from 1 to ${MOST_BATCH_BYTES}.`;
  if (within === undefined) return 'has a "batch" without a time. Add "within", as in within: "30 seconds".';
  const wait = milliseconds(within);
  if (wait >= milliseconds(SHORTEST_WAIT) && wait <= milliseconds(LONGEST_WAIT)) return undefined;
  return `has a batch that waits ${within}. "within" must be between ${SHORTEST_WAIT} and ${LONGEST_WAIT}.`;
}

/** Limits apply to the batch's run, whose key is that of the batch. What decides by one event has no meaning for several. */
function problemWith(perKey: PerKey): string | undefined {
  if ("debounce" in perKey)
    return 'has both "batch" and "debounce", which would drop all events of a burst but the last. Remove one of the two.';
  if (perKey.busy === "skip")
    return 'has a "batch", and "busy: skip" would drop all events of a batch. Remove "busy", so that batches wait.';
  if (perKey.key)
    return 'has a "batch" and a "key" in "perKey". Limits apply to the key of the batch: set it by "by" in "batch".';
  if (perKey.priority)
    return 'has a "batch" and a "priority", which is that of one event. Remove one of the two.';
  return undefined;
}
