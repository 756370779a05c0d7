import { DATA_LIMITS } from "../../../aws-limits/data-limits.ts";
import { type FailureRecord, toFailure } from "../../../lib/contract/failure.ts";
import { offload } from "../payload/offload.ts";
import { IN_LIST } from "../payload/parts.ts";
import { restore } from "../payload/restore.ts";
import type { WaitPorts } from "./ports.ts";

interface Handed<Value> {
  /** The value's name in messages. */
  what: string;
  value: Value;
  /** Fields that the receiving state machine reads, as in `StepMessage`. */
  reads: readonly string[];
  /** Maximum bytes, where the value is part of a list of results. */
  limit?: number | undefined;
}

interface Run {
  workflow: string;
  run: string;
}

/** Above this, parts of a value are offloaded to S3. */
const INLINE = 32 * 1024;
/** Step Functions' limit for a result. */
const LONGEST_RESULT = DATA_LIMITS.stateData.most;

/**
 * A value of one run for another run. Workers read the large values of their own run only, so the receiver
 * gets copies of its own. Answers the reason if that is not possible, now or at all.
 */
export async function copyValue<Value>(
  { what, value, reads, limit }: Handed<Value>,
  { from, to }: { from: Run; to: Run },
  { artifacts }: Pick<WaitPorts, "artifacts">,
): Promise<{ kind: "handed"; value: Value } | { kind: "refused"; failure: FailureRecord }> {
  const share = limit === undefined ? undefined : { above: limit, most: limit, moving: IN_LIST };
  const options = { what, reads, literal: true, above: INLINE, most: LONGEST_RESULT, ...share };
  try {
    const whole = await restore(value, artifacts(from.workflow, from.run));
    const handed = await offload(whole, options, artifacts(to.workflow, to.run));
    return { kind: "handed", value: handed as Value };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.policy !== "give-up") throw error;
    return { kind: "refused", failure };
  }
}
