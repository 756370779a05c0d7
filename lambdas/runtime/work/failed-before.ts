import type { FailureRecord } from "../../../lib/contract/failure.ts";
import { fenceOf, isOfExpress } from "./claim.ts";
import type { Effect } from "./effect.ts";
import type { WorkPorts } from "./ports.ts";

/**
 * The failure because of which a run was handed over to its execution: the execution handles it as a failure
 * of its own first attempt.
 */
export async function failedBefore(
  { message, key }: Effect,
  { claims }: Pick<WorkPorts, "claims">,
): Promise<FailureRecord | undefined> {
  if (!message.run.express || message.express || message.direction === "undo") return undefined;
  const [claim] = await claims.read(key);
  if (claim?.state !== "failed" || !isOfExpress(claim.fence)) return undefined;
  return (await claims.adopt(key, claim.fence, fenceOf(message))) ? claim.failure : undefined;
}
