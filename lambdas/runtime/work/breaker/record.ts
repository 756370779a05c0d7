import type { BreakerSpec } from "../../../../lib/contract/breaker.ts";
import { itemTimes } from "../../../../lib/contract/expiry.ts";
import { breakerKey } from "../../../../lib/contract/keys/control.ts";
import { shardOf } from "../../../../lib/contract/keys/index-partitions.ts";
import type { BreakerItem, BreakerState } from "../../../../lib/contract/table.ts";
import { observe } from "./counts.ts";
import type { BreakerPorts } from "./ports.ts";
import { type BreakerEvent, HEALTHY, isCounted, next } from "./transition.ts";

/** Breakers are few, and a decision about one must not be lost. */
const KEPT_DAYS = 10 * 365;

/**
 * Records an event in a breaker and answers its state after it. Counting is an atomic addition, so hundreds
 * of workers that report at the same time are all counted without retries; it applies only while the revision
 * is the one that was read. If a count opens the breaker, one of the workers writes that. `writer` is a nonce of the
 * event: an owner makes several calls if its message brings several steps.
 */
export async function recordOutcome(
  spec: BreakerSpec,
  event: BreakerEvent,
  ports: BreakerPorts,
  writer = event.owner,
): Promise<BreakerState> {
  const { breakers, now } = ports;
  let current = await breakers.read(spec.name);
  while (isCounted(spec, current ?? HEALTHY, event, now())) {
    current ??= await begin(spec.name, ports);
    const observation = observe(spec, current, event.kind as "answered" | "failed", now());
    const count = await breakers.count(current, writer, observation);
    current = count.item;
    if (count.counted) break;
  }
  return await change(spec.name, writer, current, (state) => next(spec, state, event, now()), ports);
}

/**
 * Changes the state of a breaker by a transition, which returns the same object if nothing changes. Of many
 * concurrent writers, one writes; the others apply theirs to the new state. `writer` is a nonce that
 * identifies a write whose answer was lost.
 */
export async function change(
  name: string,
  writer: string,
  read: BreakerItem | undefined,
  transition: (state: BreakerState) => BreakerState,
  ports: BreakerPorts,
): Promise<BreakerState> {
  for (let current = read; ; ) {
    const before: BreakerState = current ?? HEALTHY;
    const after = transition(before);
    if (after === before) return after;
    const item = itemOf(name, writer, after, (current?.revision ?? 0) + 1, ports.now());
    const refusedBy = await ports.breakers.write(item, current?.revision);
    if (!refusedBy || (refusedBy.revision === item.revision && refusedBy.writer === writer)) {
      announce(item, ports);
      return after;
    }
    current = refusedBy;
  }
}

/** The item of a breaker without a record, for counting. */
async function begin(name: string, { breakers, now }: BreakerPorts): Promise<BreakerItem> {
  const { unpublished: _, ...item } = itemOf(name, "none", HEALTHY, 0, now());
  return (await breakers.write(item, undefined)) ?? item;
}

function itemOf(
  name: string,
  writer: string,
  { state, inARow, answered, failed, until, probe, forced }: BreakerState,
  revision: number,
  now: number,
): BreakerItem {
  return {
    ...breakerKey(name),
    kind: "breaker",
    breaker: name,
    state,
    inARow,
    answered,
    failed,
    until,
    probe,
    forced,
    writer,
    revision,
    unpublished: shardOf("unpublished", name),
    ...itemTimes(now, KEPT_DAYS),
  };
}

function announce({ breaker, state, forced }: BreakerItem, { log, metrics }: BreakerPorts): void {
  log.warn(`The breaker ${breaker} is ${state} now.`, { breaker, ...(forced && { forced }) });
  if (state === "open") metrics.count("BreakersOpened", 1, { breaker });
}
