import { derivedEventId } from "../../../lib/contract/event-id.ts";
import { AGAIN, optimistically } from "../../../lib/contract/optimistic.ts";
import type { Crossing, ThresholdSpec } from "../../../lib/contract/trigger/threshold.ts";
import type { CountedState, ThresholdPorts } from "./ports.ts";
import type { Watched } from "./watched.ts";
import { type Addition, add, EMPTY_WINDOW } from "./window.ts";

/**
 * Counts an event, and publishes the crossing if it is one. The crossing is stored with the window before it
 * is published, and is removed after it: so each crossing is published, under one id, whatever crashes.
 */
export async function countEvent(
  { key, id, at, amount, hops, traceparent }: Watched,
  { name, within, atLeast }: Pick<ThresholdSpec, "name" | "within" | "atLeast">,
  { memory, publish }: ThresholdPorts<CountedState, Crossing>,
): Promise<Addition["outcome"]> {
  return await optimistically(async () => {
    const { revision, state = EMPTY_WINDOW } = await memory.read(key);
    const { pending, ...window }: CountedState = state;
    // An earlier invocation may have stopped before it published.
    if (pending) await publish(pending);
    const { window: next, outcome, crossing } = add(window, { at, id, amount }, { within, atLeast });
    if (!pending && (outcome === "duplicate" || outcome === "late")) return outcome;
    const crossed = crossing && {
      id: derivedEventId(name, key, id),
      at: crossing.to,
      payload: { key, value: crossing.value, from: iso(crossing.from), to: iso(crossing.to) },
      hops,
      traceparent,
    };
    if (!(await memory.write(key, revision, { ...next, pending: crossed }))) return AGAIN;
    if (crossed) {
      await publish(crossed);
      // If another event came first, it finds the crossing, and publishes it again under the same id.
      await memory.write(key, (revision ?? 0) + 1, { ...next, pending: undefined });
    }
    return outcome;
  });
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
