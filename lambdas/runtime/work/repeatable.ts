import type { ClaimRequest, Now, RecordedEnd } from "../ports.ts";
import { mayClaim, refusedBy } from "./claim.ts";
import { resultOf } from "./earlier.ts";
import type { Effect } from "./effect.ts";
import type { StepClaims, WorkPorts } from "./ports.ts";

/** The ports for one message of a step: a repeatable step records only how an attempt ended. */
export function portsFor({ spec, message }: Effect, ports: WorkPorts): WorkPorts {
  const isRecorded = spec.repeatable === true && message.direction === "do";
  return isRecorded ? { ...ports, claims: endsOf(ports.claims, ports.now) } : ports;
}

/**
 * Claims of a repeatable step. The start of an attempt is read and not written: two deliveries may run it at
 * the same time, and the first that ends counts. So there is one write for an attempt instead of two.
 */
function endsOf(claims: StepClaims, now: Now): StepClaims {
  let begun: { request: ClaimRequest; at: string } | undefined;
  const record = async (end: RecordedEnd) => {
    const { request, at } = begun!;
    return await claims.record(request, at, end);
  };
  return {
    ...claims,
    async claim(request) {
      const [prior] = await claims.read(request.key);
      const asked = now();
      begun = { request, at: new Date(asked).toISOString() };
      return mayClaim(prior, request, asked) ? { kind: "claimed" } : refusedBy(prior!, asked);
    },
    async complete(_key, _owner, result) {
      const instead = await record({ state: "done", result });
      return instead ? { instead } : "completed";
    },
    async fail(_key, _owner, failure) {
      const instead = await record({ state: "failed", failure });
      return instead ? { instead } : true;
    },
    async reuse(_key, _owner, effect) {
      const instead = await record({ state: "done", result: resultOf(effect), reusedFrom: effect.epoch });
      return instead ? { instead } : "completed";
    },
    async release() {},
  };
}
