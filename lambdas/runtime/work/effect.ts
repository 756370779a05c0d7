import { fenceOf } from "../../../lib/contract/fence.ts";
import { type ClaimKey, claimKey, idempotencyKey } from "../../../lib/contract/keys/claim.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import { spanOfTry } from "../../../lib/contract/trace.ts";
import { asRecorded } from "./attempts.ts";
import type { SoFar } from "./so-far.ts";

/** One invocation of a worker. */
export interface Invocation {
  /** Nonce of the delivery: the owner of the claims that it takes. */
  id: string;
  /** Epoch milliseconds at which the function is stopped. */
  deadline: number;
}

/** What all stages of the work know about one delivery of a message. */
export interface Effect {
  message: StepMessage;
  spec: StepSpec;
  /** Key of the claim. */
  key: ClaimKey;
  /** Nonce of the invocation that holds the claim. */
  owner: string;
  /** Epoch milliseconds after which the holder cannot be running. */
  lease: number;
  /** Orders the attempts; see `fenceOf`. */
  fence: number;
  /** What its claim stores about the event that a reaction handles. */
  handling?: Pick<ClaimItem, "handled" | "replayed"> | undefined;
  /** The same for every attempt of this effect and unique to it. */
  idempotencyKey: string;
  /** The attempt's own span in the trace of its run. */
  traceparent: string | undefined;
  /** Whether the input is the payload of an event, which contains no references. */
  literalInput?: boolean | undefined;
  /** Whether no earlier delivery can have begun it: this one has just completed what comes before it. */
  isNew?: boolean | undefined;
  /** Set when the run is known. */
  soFar?: SoFar | undefined;
}

/**
 * The maximum difference between the clocks of two functions. AWS synchronizes Lambda's clocks by its Time
 * Sync Service, and states no bound. A lease is written by one clock and compared with another, so it lasts
 * this much longer than its holder can run.
 */
export const CLOCK_TOLERANCE = 5_000;

/** Epoch milliseconds at which an invocation has certainly ended. */
export function leaseOf({ deadline }: Pick<Invocation, "deadline">): number {
  return deadline + CLOCK_TOLERANCE;
}

export function effectOf(message: StepMessage, spec: StepSpec, invocation: Invocation): Effect {
  const { run, path, direction, within } = message;
  const key = { ...claimKey(run.id, run.epoch, path, direction), ...(within && { within }) };
  const text = idempotencyKey(key);
  const fence = fenceOf(message);
  return {
    message,
    spec: asRecorded(spec, run),
    key,
    owner: invocation.id,
    lease: leaseOf(invocation),
    fence,
    idempotencyKey: text,
    traceparent: spanOfTry(run.traceparent, text, fence),
  };
}

/** Whether it is the effect of a run, which finds out its outcome before it ends. A reaction has no such run. */
export function isOfRun({ handling }: Pick<Effect, "handling">): boolean {
  return handling === undefined;
}
