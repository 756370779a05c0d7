import { claimKey, type ItemKey, idempotencyKey } from "../../../lib/contract/keys.ts";
import type { StepMessage } from "../../../lib/contract/message.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import { spanOfTry } from "../../../lib/contract/trace.ts";
import { fenceOf } from "./claim.ts";
import type { SoFar } from "./so-far.ts";

/** One invocation of a worker. */
export interface Invocation {
  /** Nonce of the delivery: no other may take its claim for its own. */
  id: string;
  /** Epoch milliseconds at which the function is stopped. */
  deadline: number;
}

/** What one delivery of a message is about, as all stages of its work see it. */
export interface Effect {
  message: StepMessage;
  spec: StepSpec;
  /** Key of the claim. */
  key: ItemKey;
  /** Nonce of the invocation that holds the claim. */
  owner: string;
  /** Epoch milliseconds at which the holder is certainly dead. */
  lease: number;
  /** The same for every try of this effect and for no other. */
  idempotencyKey: string;
  /** The try's own span in the trace of its run. */
  traceparent: string | undefined;
  /** Whether the input is an event's payload, in which nothing is a reference. */
  literalInput?: boolean | undefined;
  /** Of a run, once it is known. */
  soFar?: SoFar | undefined;
}

/**
 * The clocks of two functions differ by less than this. AWS keeps those of Lambda in step by its Time Sync Service, and states no
 * bound. A lease is written by one clock and judged by another, so it lasts this much longer than its holder can live.
 */
export const CLOCK_TOLERANCE = 5_000;

/** Epoch milliseconds at which an invocation has certainly ended. */
export function leaseOf({ deadline }: Pick<Invocation, "deadline">): number {
  return deadline + CLOCK_TOLERANCE;
}

export function effectOf(message: StepMessage, spec: StepSpec, invocation: Invocation): Effect {
  const { run, path, direction } = message;
  const key = claimKey(run.id, run.epoch, path, direction);
  const text = idempotencyKey(key);
  return {
    message,
    spec,
    key,
    owner: invocation.id,
    lease: leaseOf(invocation),
    idempotencyKey: text,
    traceparent: spanOfTry(run.traceparent, text, fenceOf(message)),
  };
}
