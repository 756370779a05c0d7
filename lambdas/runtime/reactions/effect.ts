import { payloadDigest } from "../../../lib/contract/canonical.ts";
import type { ReactionSpec } from "../../../lib/contract/reaction.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import type { Schema } from "../../../lib/contract/schema.ts";
import type { HandledEvent, OperatorAction } from "../../../lib/contract/table.ts";
import type { Consumed } from "../events/consume.ts";
import { identityOf } from "../events/identity.ts";
import { type Effect, effectOf, type Invocation } from "../work/effect.ts";
import type { DeliveredEvent } from "./message.ts";

/** The handling of one event by one reaction, as all stages see it. */
export interface Reacting {
  /** Derived from the event's identity: the same for each delivery of it. */
  id: string;
  delivered: DeliveredEvent;
  /** What the claim stores about the event. */
  handled: HandledEvent;
  reaction: ReactionSpec;
  /** The same in the form that the worker's stages use. */
  effect: Effect;
}

/** Events are checked when they are read, and a reaction has no result. */
const ANYTHING = passes((value) => value);
const NOTHING = passes(() => null);

/**
 * To the worker's stages, a reaction is the only step of a run without a state machine: claimed, attempted
 * and concluded like any other, but without a token to answer.
 */
export function reactingTo(
  delivered: DeliveredEvent,
  { contract, data, sent }: Extract<Consumed, { accepted: true }>,
  reaction: ReactionSpec,
  invocation: Invocation,
  { epoch = 1, replayed }: { epoch?: number; replayed?: OperatorAction | undefined } = {},
): Reacting {
  const { name } = reaction;
  const { id: event, source, correlation, hops, traceparent, time } = delivered.envelope;
  const id = runId(name, contract.name, identityOf(event, data, contract));
  const run = {
    id,
    workflow: name,
    epoch,
    version: String(contract.version),
    event,
    correlation,
    hops,
    traceparent,
  };
  const message = {
    taskToken: "",
    run,
    step: name,
    path: name,
    direction: "do" as const,
    entered: time,
    attempt: 1,
    input: data,
    reads: [],
    fallback: false,
    deferred: delivered.deferred,
  };
  const step = { ...reaction, input: ANYTHING, output: NOTHING };
  const payload = payloadDigest(sent);
  const handled = { id: event, name: contract.name, source, time, payload, traceparent };
  return {
    id,
    delivered,
    handled,
    reaction,
    effect: {
      ...effectOf(message, step, invocation),
      handling: { handled, replayed },
      literalInput: true,
    },
  };
}

function passes(validate: (value: unknown) => unknown): Schema {
  return {
    "~standard": { version: 1, vendor: "millrace", validate: (value) => ({ value: validate(value) }) },
  } as Schema;
}
