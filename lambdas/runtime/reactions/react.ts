import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { ReactionSpec } from "../../../lib/contract/reaction.ts";
import { spanOfTry } from "../../../lib/contract/trace.ts";
import { consume } from "../events/consume.ts";
import { endlessLoop } from "../events/loop.ts";
import { quarantine, type Refusal } from "../events/quarantine.ts";
import { duplicateReceipt } from "../ledger/arrival.ts";
import type { ReplayedDelivery } from "../replay/ports.ts";
import { traceIdOf } from "../telemetry/log-fields.ts";
import { attempt } from "../work/attempt.ts";
import { askBreaker } from "../work/breaker/ask.ts";
import { claimEffect } from "../work/claim-effect.ts";
import type { Invocation } from "../work/effect.ts";
import { failExpired } from "../work/lease-expiry.ts";
import { budgetOfAttempt } from "./budget.ts";
import { conclude, giveUp } from "./conclude.ts";
import type { ReactionFunction } from "./context.ts";
import { asSet } from "./current.ts";
import { deferReaction } from "./defer-reaction.ts";
import { type Reacting, reactingTo } from "./effect.ts";
import { readMessage } from "./message.ts";
import type { ReactOutcome } from "./outcome.ts";
import type { ReactionStart, ReactPorts } from "./ports.ts";
import { countReplayed, dryRunEvent, epochOf } from "./replayed.ts";
import { judge, type Verdict } from "./verdict.ts";

/** A message of the reaction's queue. */
export interface QueueMessage {
  body: string;
  /** Epoch milliseconds at which it first entered the queue. */
  sent: number;
  /** The replay that delivered it, if any. */
  brought?: ReplayedDelivery | undefined;
}

/**
 * Handles one event at most once, however often it is delivered.
 *
 *     check ──▶ its earlier outcome? ──▶ claim ──▶ breaker ──▶ the code ──▶ complete, with its events
 *       │           └ done: nothing to do. Given up: dead letter   │       └ failed: try again later, or dead letter
 *       └ breaks its contract: quarantine     paused, open: defer ◀─┘
 *
 * There is no state machine, so the queue retries: after a failed attempt, the message returns after its
 * pause, until the reaction's retries are used up. This function throws only failures of the infrastructure.
 */
export async function react(
  { body, sent, brought }: QueueMessage,
  reaction: ReactionSpec,
  code: ReactionFunction<any>,
  invocation: Invocation,
  ports: ReactPorts,
): Promise<ReactOutcome> {
  const refused = async (refusal: Omit<Refusal, "body">) => {
    const subscriber = { subscriber: reaction.name, retentionDays: ports.retentionDays };
    if (!brought?.replay.dry) await quarantine({ ...refusal, body }, subscriber, ports);
    return await countReplayed({ kind: "quarantined", reason: refusal.reason }, reaction.name, 1, brought);
  };
  const delivered = await readMessage({ body, sent }, ports.artifactsOf);
  if (!delivered) return await refused(notAnEvent(body));
  const { envelope } = delivered;
  if (envelope.hops > reaction.mostHops) {
    const findings = [endlessLoop(envelope, reaction.name, reaction.mostHops)];
    return await refused({ reason: "loop", findings, envelope });
  }
  const consumed = await consume(envelope, reaction.on, reaction.name);
  if (!consumed.accepted) return await refused({ ...consumed, envelope });

  const { reacting: found, handling } = await epochOf(
    (epoch, replayed) => reactingTo(delivered, consumed, reaction, invocation, { epoch, replayed }),
    brought?.replay,
    ports,
  );
  const reacting = asSet(found, handling);
  const { payload } = reacting.handled;
  const verdict = judge(handling.claim, { payload, sent: delivered.sent }, ports.now());
  const { run } = reacting.effect.message;
  const { epoch } = run;
  ports.about?.({ run: reacting.id, epoch, event: reacting.handled.id, trace: traceIdOf(run.traceparent) });
  if (brought?.replay.dry)
    return await countReplayed(await dryRunEvent(verdict, reacting, brought), reaction.name, epoch, brought);
  if (verdict.kind === "contradiction")
    return await refused(contradiction(verdict.earlier, reacting.id, envelope));
  const outcome = await follow(verdict, reacting, handling, code, ports);
  return await countReplayed(outcome, reaction.name, epoch, brought);
}

async function follow(
  verdict: Exclude<Verdict, { kind: "contradiction" }>,
  reacting: Reacting,
  handling: ReactionStart,
  code: ReactionFunction<any>,
  ports: ReactPorts,
): Promise<ReactOutcome> {
  const { effect } = reacting;
  switch (verdict.kind) {
    case "duplicate":
      return await passDuplicate(reacting, handling, ports);
    case "given up":
      return await giveUp(verdict.failure, reacting, ports);
    case "later":
      return { kind: "later", at: verdict.at, why: "the next attempt is not due" };
    case "try": {
      const { control, claim: begun } = handling;
      if (control?.paused || (control?.drained && !begun)) {
        return await deferReaction(reacting, { reason: "subscriber paused", due: undefined }, ports);
      }
      const message = { ...effect.message, attempt: verdict.attempt };
      ports.about?.({ attempt: verdict.attempt });
      const { idempotencyKey } = effect;
      const { fence } = verdict;
      const traceparent = spanOfTry(message.run.traceparent, idempotencyKey, fence);
      const entered = { ...reacting, effect: { ...effect, message, fence, traceparent } };
      return await tryOnce(entered, handling, code, ports);
    }
  }
}

async function passDuplicate(
  { delivered: { envelope }, id, reaction }: Reacting,
  { claim }: ReactionStart,
  ports: ReactPorts,
): Promise<ReactOutcome> {
  const met = { first: claim?.handled?.id ?? envelope.id, subscriber: reaction.name, run: id };
  const duplicate = duplicateReceipt(envelope, met, ports.now());
  if (duplicate) await ports.deliveries.record(duplicate);
  ports.metrics.count("EventsDuplicate");
  return { kind: "duplicate" };
}

async function tryOnce(
  reacting: Reacting,
  handling: ReactionStart,
  code: ReactionFunction<any>,
  ports: ReactPorts,
): Promise<ReactOutcome> {
  const { effect } = reacting;
  const claimed = await claimEffect(effect, ports);
  switch (claimed.kind) {
    case "done":
    case "sealed":
    case "in doubt": {
      const settled = await ports.starts.read(effect.key, reacting.reaction.name, undefined);
      return await passDuplicate(reacting, settled, ports);
    }
    case "failed":
      return { kind: "later", at: ports.now(), why: "another delivery tried it meanwhile" };
    case "held":
      return { kind: "later", at: claimed.lease, why: "another delivery handles the event" };
    case "expired": {
      const failure = await failExpired(claimed, effect, ports);
      return failure
        ? await giveUp(failure, reacting, ports)
        : { kind: "later", at: ports.now(), why: "the claim has a new owner" };
    }
    case "claimed":
      break;
  }
  const admission = await askBreaker(effect, handling.breaker, ports);
  if (admission.kind === "defer") return await deferReaction(reacting, admission, ports);

  const { data: _, ...event } = reacting.delivered.envelope;
  const ended = await attempt(effect, (data, context) => code(data, { ...context, event }), {
    ...ports,
    artifacts: ports.artifactsOf(reacting.id),
    budgets: budgetOfAttempt(reacting.reaction.budget),
  });
  return await conclude(ended, reacting, ports);
}

function notAnEvent(body: string): Omit<Refusal, "body"> {
  const message = "The message is not an event as EventBridge delivers it.";
  return {
    reason: "not-an-event",
    findings: [{ path: "", message, value: body.slice(0, 200) }],
    envelope: undefined,
  };
}

function contradiction(earlier: string, id: string, envelope: Envelope): Omit<Refusal, "body"> {
  const message = `Event ${earlier} of the same identity, but with another payload, has been handled or is being handled as ${id}. Correct the payload or the identity.`;
  return { reason: "contradiction", findings: [{ path: "", message }], envelope };
}
