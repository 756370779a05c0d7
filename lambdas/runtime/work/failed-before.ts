import type { FailureRecord } from "../../../lib/contract/failure.ts";
import { isOfExpress } from "../../../lib/contract/fence.ts";
import { isTakenOver } from "./claim.ts";
import type { Effect } from "./effect.ts";
import type { WorkPorts } from "./ports.ts";

/**
 * The effect, with the item of its claim if a run without an execution has claimed it: the definition of the
 * execution that takes over may have other groups.
 */
export async function located(effect: Effect, { claims }: Pick<WorkPorts, "claims">): Promise<Effect> {
  if (!isTakenOver(effect.message)) return effect;
  const claim = await claims.find(effect.key);
  return claim?.within ? { ...effect, key: { ...effect.key, within: claim.within } } : effect;
}

/**
 * The failure because of which a run was handed over to its execution: the execution handles it as a failure
 * of its own first attempt.
 */
export async function failedBefore(
  { message, key, fence }: Effect,
  { claims }: Pick<WorkPorts, "claims">,
): Promise<FailureRecord | undefined> {
  if (!isTakenOver(message)) return undefined;
  const [claim] = await claims.read(key);
  if (claim?.state !== "failed" || !isOfExpress(claim.fence)) return undefined;
  return (await claims.adopt(key, claim.fence, fence)) ? claim.failure : undefined;
}
