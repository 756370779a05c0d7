import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import { derivedEventId } from "../../../lib/contract/event-id.ts";
import { giveUp } from "../../../lib/contract/failure.ts";
import { describeFindings, validate } from "../events/validation.ts";
import type { Effect } from "./effect.ts";

/** Above this number of events, one effect is considered an unintended fan-out. */
const MOST_EVENTS = 100;

/**
 * The event that a handler emits at `index`, counted from 0. Throws a failure that gives up if the event
 * breaks its contract or exceeds the maximum number, or if the step is repeatable.
 */
export async function emission(
  contract: EventContract,
  data: unknown,
  index: number,
  { message: { run, path, direction }, spec, idempotencyKey, traceparent }: Effect,
  now: number,
): Promise<Envelope> {
  if (spec.repeatable && direction === "do") {
    throw giveUp(
      `${path} emits ${contract.name}, and defineStep("${spec.name}") has repeatable: true. An event is an effect. Remove one of them.`,
      { name: "RepeatableEmits" },
    );
  }
  if (index >= MOST_EVENTS) {
    throw giveUp(
      `One attempt emits more than ${MOST_EVENTS} events, the last one ${contract.name}. Emit one event that carries the list, or use w.each to run a step for each item.`,
      { name: "TooManyEvents" },
    );
  }
  const checked = await validate(contract.schema, data);
  if (!checked.valid) {
    throw giveUp(`The event ${contract.name} breaks its contract: ${describeFindings(checked.findings)}`, {
      name: "InvalidEvent",
    });
  }
  return {
    id: derivedEventId(idempotencyKey, index, contract.name),
    name: contract.name,
    version: contract.version,
    time: new Date(now).toISOString(),
    source: run.workflow,
    subject: run.id,
    correlation: run.correlation,
    causation: run.event,
    hops: run.hops + 1,
    traceparent,
    data: checked.value as Record<string, unknown>,
  };
}
