import type { ClaimRequest, RecordedEnd } from "../ports/claims.ts";
import type { Now } from "../ports/clock.ts";
import { placeOf } from "./admit-effect.ts";
import { mayClaim, refusedBy } from "./claim.ts";
import { resultOf } from "./earlier.ts";
import type { Effect } from "./effect.ts";
import type { StartConditionReader, StartConditions, StepClaims, WorkPorts } from "./ports.ts";

/** The ports for one message of a step: a repeatable step records only how an attempt ended. */
export function portsFor({ spec, message, isNew = false }: Effect, ports: WorkPorts): WorkPorts {
  if (spec.repeatable !== true || message.direction !== "do") return ports;
  const { id, workflow } = message.run;
  const read = () =>
    ports.startConditions.read(id, workflow, spec.breaker?.name, { recent: true, place: placeOf(message) });
  const { startConditions, readAhead } = oneAhead(ports.startConditions, read);
  return { ...ports, claims: endsOf(ports.claims, ports.now, readAhead, isNew), startConditions };
}

/**
 * What decides whether an effect may begin, read together with its claim: nothing is written in between, so
 * both reads share a call. Only the first reader gets it; who asks again, asks for a newer answer.
 */
function oneAhead(conditions: StartConditionReader, read: () => Promise<StartConditions>) {
  let ahead: Promise<StartConditions> | undefined;
  return {
    readAhead() {
      ahead = read();
      // Where the effect is not claimed, no reader comes.
      ahead.catch(() => {});
    },
    startConditions: {
      read(...asked: Parameters<StartConditionReader["read"]>) {
        const known = ahead;
        ahead = undefined;
        return known ?? conditions.read(...asked);
      },
    },
  };
}

/**
 * Claims of a repeatable step. The start of an attempt is read and not written: two deliveries may run it at
 * the same time, and the first that ends counts. So there is one write for an attempt instead of two. A new effect
 * is not read either: what came before it ended just now, so that no earlier delivery can have run it.
 */
function endsOf(claims: StepClaims, now: Now, readAhead: () => void, isNew: boolean): StepClaims {
  let begun: { request: ClaimRequest; at: string } | undefined;
  const record = async (end: RecordedEnd) => {
    const { request, at } = begun!;
    return await claims.record(request, at, end);
  };
  return {
    ...claims,
    async claim(request) {
      readAhead();
      const [prior] = isNew ? [] : await claims.read(request.key);
      const asked = now();
      begun = { request, at: new Date(asked).toISOString() };
      return mayClaim(prior, request, asked) ? { kind: "claimed" } : refusedBy(prior!, asked);
    },
    async complete(_key, _owner, { result }) {
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
