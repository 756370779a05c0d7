import { type FailureRecord, toFailure } from "../../../lib/contract/failure.ts";
import { offload } from "../payload/offload.ts";
import { restore } from "../payload/restore.ts";
import type { Artifacts } from "../ports/files.ts";

/** Above this, parts of a payload are offloaded to S3: an execution's input is also kept in a table item. */
const INLINE = 64 * 1024;
/** Step Functions accepts 256 KiB; the rest of an execution's input is small. */
const LONGEST = 250 * 1024;

type Fitting = { fits: true; payload: Record<string, unknown> } | { fits: false; failure: FailureRecord };

/** A payload with everything restored that its sender offloaded under the run's prefix in the bucket. */
export async function wholeInput(payload: Record<string, unknown>, artifacts: Artifacts): Promise<Fitting> {
  return await fitting(() => restore(payload, artifacts));
}

/**
 * A payload that fits into an execution's input: the parts that its state machine does not read travel by
 * reference. Answers the failure if it cannot be made to fit.
 */
export async function fitInput(
  payload: Record<string, unknown>,
  reads: readonly string[],
  artifacts: Artifacts,
): Promise<Fitting> {
  const options = { what: "The payload", reads, above: INLINE, most: LONGEST, literal: true };
  return await fitting(() => offload(payload, options, artifacts));
}

/** Answers what is wrong with a payload; throws what is wrong with the infrastructure. */
async function fitting(make: () => Promise<unknown>): Promise<Fitting> {
  try {
    return { fits: true, payload: (await make()) as Record<string, unknown> };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.policy !== "give-up") throw error;
    return { fits: false, failure };
  }
}
