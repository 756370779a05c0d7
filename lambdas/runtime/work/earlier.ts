import { claimKey } from "../../../lib/contract/keys.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import type { Effect } from "./effect.ts";
import type { WorkPorts } from "./ports.ts";

/** The result of an effect that happened, in time or after its claim was sealed; undefined where it did not. */
export function resultOf(claim: ClaimItem | undefined): unknown {
  return claim?.state === "done" ? claim.result : claim?.late;
}

/**
 * The result of this effect from the latest earlier epoch in which it happened, unless it has been undone since. Copies
 * of a result do not count: the claim under which the effect happened says whether it still stands. Nor do epochs before
 * one that began anew.
 */
export async function earlierResult(
  { message: { run, path, direction } }: Effect,
  { claims }: Pick<WorkPorts, "claims">,
): Promise<{ epoch: number; result: unknown } | undefined> {
  if (direction === "undo") return undefined;
  for (let epoch = run.epoch - 1; epoch >= (run.anew ?? 1); epoch--) {
    const [done, undone] = await claims.read(
      claimKey(run.id, epoch, path, "do"),
      claimKey(run.id, epoch, path, "undo"),
    );
    const result = done?.reusedFrom === undefined ? resultOf(done) : undefined;
    if (result !== undefined && undone?.state !== "done") return { epoch, result };
  }
  return undefined;
}
