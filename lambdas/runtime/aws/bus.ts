import type { BusEntry } from "../../../lib/contract/envelope.ts";
import type { Bus } from "../ports/bus.ts";
import { Batching } from "./batching.ts";
import { busClient } from "./client/events-calls.ts";
import { PutEventsCommand } from "./client/events-commands.ts";

/** EventBridge's limits for one call. */
export const MOST_ENTRIES = 10;
const LARGEST_CALL = 1_000_000;
const TIME = 14;

/**
 * A bus of EventBridge, by name or ARN. Entries of the same moment share a call: in their order, where one call is in flight at
 * a time.
 */
export function eventBridge(bus: string, client = busClient(), inFlight = 1): Bus {
  const entries = new Batching<BusEntry, boolean>({
    most: MOST_ENTRIES,
    size: { most: LARGEST_CALL, of: sizeOf },
    inFlight,
    async send(batch) {
      const answer = await client.send(
        new PutEventsCommand({ Entries: batch.map((entry) => ({ ...entry, EventBusName: bus })) }),
      );
      return batch.map((_, at) => ({ answer: answer.Entries?.[at]?.ErrorCode === undefined }));
    },
  });
  return {
    async publish(batch) {
      const taken = await Promise.all(batch.map((entry) => entries.ask(entry)));
      return taken.flatMap((isTaken, at) => (isTaken ? [] : [at]));
    },
  };
}

/** The size that counts against the limit of a call. */
function sizeOf({ Source, DetailType, Detail }: BusEntry): number {
  return TIME + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
}
