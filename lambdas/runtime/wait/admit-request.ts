import { RUN_OVER } from "../../../lib/contract/failure.ts";
import type { RunReference } from "../../../lib/contract/messages/message.ts";
import { isActive } from "../../../lib/contract/table.ts";
import type { Executions } from "../ports/executions.ts";
import type { Log } from "../ports/telemetry.ts";
import type { StartConditions } from "../work/ports.ts";

/** Whether a run may begin what one of its states requests: a wait, a call or an approval. */
export type RequestAdmission =
  | { kind: "proceed" }
  | { kind: "defer"; reason: "run paused" | "workflow paused" }
  /** The run is being closed, which stops the requesting execution. */
  | { kind: "closing" }
  /** Another way of the race has won, which has stopped the requesting branch. */
  | { kind: "lost" }
  /**
   * The run, or that epoch of it, is over, but a state still sends requests: its execution was redriven from
   * outside.
   */
  | { kind: "over"; why: string };

/**
 * Decides by the state of the run and its workflow, as `admitByRun` does for the work of steps. A refusal says
 * more than there, since a state that is refused is answered: see `answerRefused`.
 */
export function admitRequest(
  { epoch }: RunReference,
  { run, workflow, lost }: Pick<StartConditions, "run" | "workflow" | "lost">,
): RequestAdmission {
  if (!run) return { kind: "over", why: "it does not exist any more" };
  if (run.epoch !== epoch) return { kind: "over", why: `it is in epoch ${run.epoch}` };
  if (run.status === "closing") return { kind: "closing" };
  if (!isActive(run.status)) return { kind: "over", why: `it is ${run.status}` };
  if (lost) return { kind: "lost" };
  if (run.paused) return { kind: "defer", reason: "run paused" };
  if (workflow?.paused) return { kind: "defer", reason: "workflow paused" };
  return { kind: "proceed" };
}

type Refusal = Exclude<RequestAdmission, { kind: "proceed" | "defer" }>;

export function isRefusal(admission: RequestAdmission): admission is Refusal {
  return admission.kind !== "proceed" && admission.kind !== "defer";
}

/** Fails the requesting state, so that its execution does not wait for an answer that never comes. */
export async function answerRefused(
  { id, epoch }: RunReference,
  token: string | undefined,
  refusal: Refusal,
  { executions, log }: { executions: Pick<Executions, "fail">; log: Log },
): Promise<void> {
  if (refusal.kind === "closing") return log.info("Not begun: the run is being closed.", { run: id, epoch });
  if (refusal.kind === "lost")
    return log.info("Not begun: another way of the race has won.", { run: id, epoch });
  const message = `Epoch ${epoch} of run ${id} is over: ${refusal.why}. An execution that is redriven can do nothing for it; "millrace retry ${id}" tries the run again.`;
  log.warn(message, { run: id, epoch });
  if (token) await executions.fail(token, RUN_OVER, JSON.stringify({ name: RUN_OVER, message }));
}
