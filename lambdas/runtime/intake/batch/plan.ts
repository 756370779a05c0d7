import { milliseconds } from "../../../../lib/contract/duration.ts";
import { type Batch, MOST_BATCH_BYTES } from "../../../../lib/contract/event-batch.ts";
import type { BatchEntry } from "./ports.ts";

/** What to do with the events of a key that wait: start a run of the first, or wait until `due` (epoch milliseconds). */
export type BatchPlan = { form: [BatchEntry, ...BatchEntry[]] } | { due: number } | undefined;

/** The first batch of a line at `now` (epoch milliseconds), once it is full or its first event has waited long enough. */
export function planBatch(
  entries: readonly BatchEntry[],
  { size, within, bytes: most = MOST_BATCH_BYTES }: Batch,
  now: number,
): BatchPlan {
  const [first, ...others] = entries;
  if (!first) return undefined;
  const form: [BatchEntry, ...BatchEntry[]] = [first];
  let bytes = first.bytes;
  for (const entry of others) {
    bytes += entry.bytes;
    if (form.length === size || bytes > most) return { form };
    form.push(entry);
  }
  const due = Date.parse(first.acceptedAt) + milliseconds(within);
  return form.length === size || first.bytes >= most || due <= now ? { form } : { due };
}
