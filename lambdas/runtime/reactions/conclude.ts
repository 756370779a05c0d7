import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type { Attempt, FailedAttempt } from "../work/attempt.ts";
import { completeClaim, failClaim, nextCall } from "../work/conclude-claim.ts";
import { withNextTry } from "./backoff.ts";
import { deferReaction } from "./defer-reaction.ts";
import type { Reacting } from "./effect.ts";
import type { ReactOutcome } from "./outcome.ts";
import type { ReactPorts } from "./ports.ts";

/** A message with a longer delay than this is deferred, since its queue keeps it for some days only. */
const LONGEST_IN_QUEUE = 15 * 60 * 1000;

/** Records how an attempt of a reaction ended, and decides about the message. */
export async function conclude(ended: Attempt, reacting: Reacting, ports: ReactPorts): Promise<ReactOutcome> {
  const { effect } = reacting;
  if (ended.kind === "failed") {
    if (ended.failure.policy !== "wait") return await concludeFailure(ended, reacting, ports);
    const due = await nextCall(ended, effect, ports);
    return await deferReaction(reacting, { reason: "retry after", due }, ports);
  }
  if ((await completeClaim(ended, effect, ports)) !== "completed") {
    ports.log.warn("The reaction took longer than its lease, and another delivery took the claim.");
    return { kind: "dropped", why: "another delivery took the claim" };
  }
  ports.metrics.count("ReactionsCompleted");
  return { kind: "handled" };
}

async function concludeFailure(
  ended: FailedAttempt,
  reacting: Reacting,
  ports: ReactPorts,
): Promise<ReactOutcome> {
  const { effect, reaction } = reacting;
  const failure = withNextTry(ended.failure, effect.message.attempt, reaction.retry, ports.random());
  ports.metrics.count("ReactionsFailed");
  const failed = await failClaim(failure, ended, effect, ports);
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
