import type { FailureRecord } from "../../../lib/contract/failure.ts";
import { pauseWhenBusy } from "../defer/backoff.ts";
import type { Attempt, Downstream } from "../work/attempt.ts";
import { recordOutcome } from "../work/breaker/record.ts";
import { withNextTry } from "./backoff.ts";
import { deferReaction } from "./defer-reaction.ts";
import type { Reacting } from "./effect.ts";
import type { ReactOutcome } from "./outcome.ts";
import type { ReactPorts } from "./ports.ts";

/** A message with a longer delay than this is deferred, since its queue keeps it for some days only. */
const LONGEST_IN_QUEUE = 15 * 60 * 1000;

/**
 * Records how an attempt ended, reports it to the breaker, and decides about the message: in this order, as
 * for steps.
 */
export async function conclude(ended: Attempt, reacting: Reacting, ports: ReactPorts): Promise<ReactOutcome> {
  if (ended.kind === "succeeded") return await concludeSuccess(ended, reacting, ports);
  const { failure, downstream } = ended;
  if (failure.policy === "wait") {
    const deferrals = reacting.effect.message.deferred ?? 0;
    const due = ports.now() + (failure.after ?? pauseWhenBusy(deferrals, ports.random()));
    await reportToBreaker(downstream, due, reacting, ports);
    return await deferReaction(reacting, { reason: "retry after", due }, ports);
  }
  return await concludeFailure(failure, downstream, reacting, ports);
}

async function concludeSuccess(
  { result: { emitted }, downstream }: Extract<Attempt, { kind: "succeeded" }>,
  reacting: Reacting,
  ports: ReactPorts,
): Promise<ReactOutcome> {
  const { key, owner } = reacting.effect;
  const completion = await ports.claims.complete(key, owner, null, emitted);
  await reportToBreaker(downstream, ports.now(), reacting, ports);
  if (completion !== "completed") {
    ports.log.warn("The reaction took longer than its lease, and another delivery took the claim.");
    return { kind: "dropped", why: "another delivery took the claim" };
  }
  ports.metrics.count("ReactionsCompleted");
  return { kind: "handled" };
}

async function concludeFailure(
  reason: FailureRecord,
  downstream: Downstream,
  reacting: Reacting,
  ports: ReactPorts,
): Promise<ReactOutcome> {
  const { effect, reaction } = reacting;
  const failure = withNextTry(reason, effect.message.attempt, reaction.retry, ports.random());
  ports.metrics.count("ReactionsFailed");
  const failed = await ports.claims.fail(effect.key, effect.owner, failure);
  await reportToBreaker(downstream, ports.now(), reacting, ports);
  if (!failed) return { kind: "dropped", why: "another delivery took the claim" };
  if (failure.after === undefined) return await giveUp(failure, reacting, ports);
  const due = ports.now() + failure.after;
  return failure.after <= LONGEST_IN_QUEUE
    ? { kind: "later", at: due, why: "the try failed" }
    : await deferReaction(reacting, { reason: "retry scheduled", due }, ports);
}

/**
 * Sends the event to the dead-letter queue, with the reason. If that fails, the queue delivers the message
 * again.
 */
export async function giveUp(
  failure: FailureRecord,
  { delivered, id }: Pick<Reacting, "delivered" | "id">,
  ports: ReactPorts,
): Promise<ReactOutcome> {
  await ports.deadLetters.put(JSON.stringify(delivered.event), failure);
  ports.log.error("The event is dead-lettered: it cannot be retried.", { handling: id, failure });
  ports.metrics.count("ReactionsDeadLettered");
  return { kind: "dead-lettered", failure };
}

async function reportToBreaker(
  downstream: Downstream,
  until: number,
  { reaction: { breaker }, effect: { owner } }: Reacting,
  ports: ReactPorts,
): Promise<void> {
  if (breaker) await recordOutcome(breaker, { kind: downstream, owner, until }, ports);
}
