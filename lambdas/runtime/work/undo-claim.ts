import { claimKey } from "../../../lib/contract/keys/claim.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";

/** The claim of an effect's undo for which no worker has made one. */
export function undoClaim(effect: ClaimItem) {
  const { kind, run, epoch, workflow, path, attempt, startedAt, expiresAt } = effect;
  const { correlation, cause, hops, traceparent } = effect;
  return {
    ...claimKey(run, epoch, path, "undo"),
    kind,
    run,
    epoch,
    workflow,
    path,
    attempt,
    startedAt,
    expiresAt,
    correlation,
    cause,
    hops,
    traceparent,
    step: effect.undo!.step,
    direction: "undo" as const,
  };
}

/**
 * The same for an undo that must not happen any more: a later epoch uses the effect, and its claim owns the
 * undo.
 */
export function sealedUndo(effect: ClaimItem) {
  return { ...undoClaim(effect), state: "sealed" as const };
}
