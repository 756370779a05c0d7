import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type { ClaimOutcome } from "../ports/claims.ts";
import { type Effect, isOfRun } from "./effect.ts";
import type { WorkPorts } from "./ports.ts";

/** Why an effect is not tried again whose step allows one attempt, and whose worker died. */
export function leaseExpiryFailure(path: string): FailureRecord {
  return {
    policy: "ask",
    name: "LeaseExpired",
    message: `An earlier attempt of ${path} stopped, and it is unknown whether its effect happened. The step does not allow another attempt. Check the downstream, then decide.`,
  };
}

/**
 * Fails a claim whose lease has expired and that no other delivery may take over. Answers the failure; undefined
 * if the claim has a new owner.
 */
export async function failExpired(
  { owner }: Extract<ClaimOutcome, { kind: "expired" }>,
  effect: Pick<Effect, "message" | "key" | "handling">,
  { claims }: Pick<WorkPorts, "claims">,
): Promise<FailureRecord | undefined> {
  const failure = leaseExpiryFailure(effect.message.path);
  return (await claims.fail(effect.key, owner, failure, isOfRun(effect))) === true ? failure : undefined;
}
