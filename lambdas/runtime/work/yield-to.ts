import type { ClaimRefusal } from "../ports/claims.ts";
import type { Effect } from "./effect.ts";
import { failExpired } from "./lease-expiry.ts";
import { fail, succeed, type WorkOutcome } from "./outcome.ts";
import type { WorkPorts } from "./ports.ts";

/** The outcome of a message whose effect is done, failed, running elsewhere, or must not begin any more. */
export async function yieldTo(claim: ClaimRefusal, effect: Effect, ports: WorkPorts): Promise<WorkOutcome> {
  const { message } = effect;
  switch (claim.kind) {
    case "done":
      ports.metrics.count("StepsDuplicate");
      return await succeed(message, claim.result, ports);
    case "failed":
      return await fail(message, claim.failure, ports);
    case "held":
      return { kind: "later", at: claim.lease, why: "another delivery holds the claim" };
    case "sealed":
      // A later epoch uses the effect, and there is nothing left to undo here.
      if (message.direction === "undo") return await succeed(message, null, ports);
      return { kind: "dropped", why: "the run is ending" };
    case "expired": {
      const failure = await failExpired(claim, effect, ports);
      return failure
        ? await fail(message, failure, ports)
        : { kind: "later", at: ports.now(), why: "the claim has a new owner" };
    }
  }
}
