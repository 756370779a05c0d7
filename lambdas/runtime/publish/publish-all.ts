import type { BusEntry } from "../../../lib/contract/envelope.ts";
import type { Bus } from "../ports/bus.ts";

/**
 * Maximum number of attempts for entries that a successful call rejected; then the caller retries in its own
 * way.
 */
const TRIES = 3;

/** Publishes entries in order. Answers the indexes of those that the bus rejected. */
export async function publishAll(bus: Bus, entries: readonly BusEntry[]): Promise<number[]> {
  let open = entries.map((_, index) => index);
  for (let tries = 0; open.length > 0 && tries < TRIES; tries++) {
    const refused = await bus.publish(open.map((index) => entries[index]!));
    open = refused.map((at) => open[at]!);
  }
  return open;
}
