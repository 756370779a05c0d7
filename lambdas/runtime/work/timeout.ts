import { milliseconds } from "../../../lib/contract/duration.ts";
import { StepFailure } from "../../../lib/contract/failure.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";

/** The name of the failure of a step that timed out. */
export const TIMEOUT = "Timeout";

/**
 * The step's own time limit: a timeout of the state would include the time that its message waited in the
 * queue.
 */
export async function withTimeout<T>(
  spec: StepSpec,
  code: (signal: AbortSignal) => Promise<T> | T,
): Promise<T> {
  const abort = new AbortController();
  if (IS_DEBUGGED) return await code(abort.signal);
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const failure = new StepFailure(
        reactionInDoubt(spec),
        `${spec.name} took longer than its ${spec.timeout}.`,
        {
          name: TIMEOUT,
        },
      );
      abort.abort(failure);
      reject(failure);
    }, milliseconds(spec.timeout));
  });
  try {
    return await Promise.race([code(abort.signal), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** What follows if the effect may have happened and the result is lost. */
export function reactionInDoubt({ onLeaseExpiry }: StepSpec): "ask" | "retry" {
  return onLeaseExpiry === "ask" ? "ask" : "retry";
}

/** Whether a debugger may stop this function, in the local cloud: then its steps have no time limit. */
const IS_DEBUGGED = process.env.MILLRACE_DEBUGGED === "1";
