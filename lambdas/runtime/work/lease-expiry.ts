import type { FailureRecord } from "../../../lib/contract/failure.ts";

/** Why an effect is not tried again whose step allows one attempt, and whose worker died. */
export function leaseExpiryFailure(path: string): FailureRecord {
  return {
    policy: "ask",
    name: "LeaseExpired",
    message: `An earlier attempt of ${path} stopped, and it is unknown whether its effect happened. The step does not allow another attempt. Check the downstream, then decide.`,
  };
}
