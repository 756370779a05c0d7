import type { BusEntry } from "../../lib/contract/envelope.ts";
import type { Bus } from "./ports.ts";

/** EventBridge's limits for one call. */
const MOST_ENTRIES = 10;
const LARGEST_CALL = 1_000_000;
/** Entries that a successful call refused are sent again so often; then whoever called tries again in his own way. */
const TRIES = 3;

/** Publishes entries in their order, with as few calls as the limits allow. Answers the indexes of those that the bus did not take. */
export async function publishAll(bus: Bus, entries: readonly BusEntry[]): Promise<number[]> {
  const refused: number[] = [];
  for (const batch of pack(entries)) {
    let open = batch;
    for (let tries = 0; open.length > 0 && tries < TRIES; tries++) {
      const failed = await bus.publish(open.map((index) => entries[index]!));
      open = failed.map((at) => open[at]!);
    }
    refused.push(...open);
  }
  return refused;
}

/** The indexes of entries that go together. */
function pack(entries: readonly BusEntry[]): number[][] {
  const batches: number[][] = [];
  let room = 0;
  for (const [index, entry] of entries.entries()) {
    const batch = batches.at(-1);
    const needed = sizeOf(entry);
    if (batch && batch.length < MOST_ENTRIES && needed <= room) {
      batch.push(index);
      room -= needed;
    } else {
      batches.push([index]);
      room = LARGEST_CALL - needed;
    }
  }
  return batches;
}

/** The size that counts against the call's limit. */
function sizeOf({ Source, DetailType, Detail }: BusEntry): number {
  return 14 + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
}
