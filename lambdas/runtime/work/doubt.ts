import { milliseconds } from "../../../lib/contract/duration.ts";
import type { FailureRecord } from "../../../lib/contract/failure.ts";
import { type Deferral, defer, deferredItem } from "../defer/defer.ts";
import type { ClaimOutcome } from "../ports/claims.ts";
import { attempt, type FailedAttempt } from "./attempt.ts";
import { askBreaker } from "./breaker/ask.ts";
import { withCurrentBreaker } from "./breaker/current.ts";
import { conclude } from "./conclude.ts";
import { reportToBreaker } from "./conclude-claim.ts";
import type { StepFunction } from "./context.ts";
import type { Effect } from "./effect.ts";
import { leaseExpiryFailure } from "./lease-expiry.ts";
import type { WorkOutcome } from "./outcome.ts";
import type { WorkPorts } from "./ports.ts";

/**
 * The run has ended, and the outcome of this effect is unknown: its worker has not reported, or an earlier
 * attempt may have succeeded. While a worker may be alive, its report is awaited. After that the step's
 * policy decides: a repeatable step runs again under the same idempotency key, so that its effect is known,
 * recorded as late, and undone; for any other, a person is asked. Without an undo, the outcome makes no
 * difference.
 */
export async function resolveDoubt(
  { owner: holder, lease }: Extract<ClaimOutcome, { kind: "in doubt" }>,
  asked: Effect,
  code: StepFunction<any, any>,
  ports: WorkPorts,
): Promise<WorkOutcome> {
  const { message, spec, key } = asked;
  if (message.undo === undefined) return { kind: "dropped", why: "the run is ending" };
  if (lease > ports.now()) return { kind: "later", at: lease, why: "its worker may still say how it ended" };
  if (spec.onLeaseExpiry === "ask") {
    await ports.claims.fail(key, holder, leaseExpiryFailure(message.path));
    return { kind: "dropped", why: "a person is asked how the effect ended" };
  }
  const { held, effect } = await heldByBreaker(asked, ports);
  if (held) return await deferInDoubt(effect, held, ports);
  if (!(await ports.claims.takeOver(key, holder, effect)))
    return { kind: "later", at: ports.now(), why: "the claim changed hands" };
  const ended = await attempt(effect, code, ports);
  if (ended.kind === "succeeded") return await conclude(ended, effect, ports);
  if (isFinal(ended.failure)) return await conclude(ended.inDoubt ? asking(ended) : ended, effect, ports);
  // A temporary failure says nothing about the attempt before.
  const { policy, after = 0 } = ended.failure;
  const due = ports.now() + (policy === "wait" ? after : milliseconds(spec.retry.backoff));
  await reportToBreaker(ended.downstream, due, effect, ports);
  return policy === "wait"
    ? await deferInDoubt(effect, { reason: "retry after", due }, ports)
    : { kind: "later", at: due, why: "it is still not known how the effect ended" };
}

/** A person has to check what can neither be undone nor found out. */
function asking(ended: FailedAttempt): FailedAttempt {
  return { ...ended, failure: { ...ended.failure, policy: "ask" } };
}

function isFinal({ policy }: FailureRecord): boolean {
  return policy === "give-up" || policy === "ask";
}

async function heldByBreaker(
  asked: Effect,
  ports: WorkPorts,
): Promise<{ held?: Deferral | undefined; effect: Effect }> {
  const { message, spec } = asked;
  if (!spec.breaker) return { effect: asked };
  const { breaker, breakerSettings } = await ports.startConditions.read(
    message.run.id,
    message.run.workflow,
    spec.breaker.name,
  );
  const effect = { ...asked, spec: withCurrentBreaker(spec, breakerSettings) };
  // The workflow's fallback is of no use any more.
  const waiting = { ...effect, message: { ...message, fallback: false } };
  const admission = await askBreaker(waiting, breaker, ports);
  return { held: admission.kind === "defer" ? admission : undefined, effect };
}

/** Defers the message. The claim is not released: it stays in doubt. */
async function deferInDoubt(
  { message, owner }: Effect,
  deferral: Deferral,
  ports: WorkPorts,
): Promise<WorkOutcome> {
  await defer(deferredItem(message, { ...deferral, owner }, ports, ports.now()), ports);
  return { kind: "deferred", why: deferral.reason, due: deferral.due };
}
