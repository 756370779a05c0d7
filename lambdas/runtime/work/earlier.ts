import { claimKey } from "../../../lib/contract/keys/claim.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import type { Effect } from "./effect.ts";
import type { WorkPorts } from "./ports.ts";

/**
 * The result of an effect that happened, in time or after its claim was sealed; undefined if it did not
 * happen.
 */
export function resultOf(claim: ClaimItem | undefined): unknown {
  return claim?.state === "done" ? claim.result : claim?.late;
}

/**
 * The claim of this effect from the latest earlier epoch in which it happened and no undo has begun. Epochs
 * before a restarted one do not count.
 */
export async function earlierEffect(
  { message: { run, path, direction } }: Effect,
  { claims }: Pick<WorkPorts, "claims">,
): Promise<ClaimItem | undefined> {
  if (direction === "undo") return undefined;
  for (let epoch = run.epoch - 1; epoch >= (run.restarted ?? 1); epoch--) {
    const [done, [undone]] = await Promise.all([
      claims.find(claimKey(run.id, epoch, path, "do")),
      claims.read(claimKey(run.id, epoch, path, "undo")),
    ]);
    if (done && ownsEffect(done) && undone?.state === undefined) return done;
  }
  return undefined;
}

/**
 * A copy without the undo does not say whether the effect still exists: the claim from which it was copied
 * does.
 */
function ownsEffect(claim: ClaimItem): boolean {
  return resultOf(claim) !== undefined && (claim.reusedFrom === undefined || claim.undo !== undefined);
}
