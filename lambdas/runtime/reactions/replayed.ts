import type { ReplayOutcome } from "../../../lib/contract/items/replay.ts";
import type { ReplayItem } from "../../../lib/contract/table.ts";
import { recordDryRun } from "../replay/dry-run.ts";
import type { ReplayedDelivery } from "../replay/ports.ts";
import type { Reacting } from "./effect.ts";
import type { ReactOutcome } from "./outcome.ts";
import type { ReactionStart, ReactPorts } from "./ports.ts";
import type { Verdict } from "./verdict.ts";

/**
 * The epoch of an event's handling to which a delivery belongs, and its state: the first, except for an event
 * that is to be handled again. Then it is the one that this replay has begun, or the first that is not done.
 */
export async function epochOf(
  inEpoch: (epoch: number, replayed?: ReplayItem["requested"]) => Reacting,
  replay: ReplayItem | undefined,
  { starts }: Pick<ReactPorts, "starts">,
): Promise<{ reacting: Reacting; handling: ReactionStart }> {
  for (let epoch = 1; ; epoch++) {
    const reacting = inEpoch(epoch, epoch > 1 ? replay?.requested : undefined);
    const { effect, reaction, handled } = reacting;
    const handling = await starts.read(effect.key, reaction.name, reaction.breaker?.name);
    const { state, replayed, handled: before } = handling.claim ?? {};
    const done = state === "done" && before?.payload === handled.payload;
    if (!replay?.again || !done || replayed?.key === replay.requested.key) return { reacting, handling };
  }
}

/** What an event of a dry run would do. */
export async function dryRunEvent(
  { kind }: Verdict,
  { id, handled: { payload }, reaction, effect }: Reacting,
  { replay, replays }: ReplayedDelivery,
): Promise<ReactOutcome> {
  const undone = effect.message.run.epoch > 1 ? "again" : "new";
  const alone = kind === "duplicate" ? kind : kind === "contradiction" ? "quarantined" : undone;
  const outcome = await recordDryRun(alone, { subscriber: reaction.name, id, payload }, replay, replays);
  return { kind: "dry-run-event", outcome };
}

/** Counts an outcome if a replay has delivered the event, and answers it. */
export async function countReplayed(
  outcome: ReactOutcome,
  reaction: string,
  epoch: number,
  brought: ReplayedDelivery | undefined,
): Promise<ReactOutcome> {
  const met = brought && meaning(outcome, epoch);
  if (met) await brought.replays.count(brought.replay.replay, reaction, met);
  return outcome;
}

/** The outcome in a replay's counts; undefined for a delivery that will be repeated. */
function meaning(outcome: ReactOutcome, epoch: number): ReplayOutcome | undefined {
  switch (outcome.kind) {
    case "handled":
      return epoch > 1 ? "again" : "new";
    case "duplicate":
    case "quarantined":
      return outcome.kind;
    case "dead-lettered":
      return "failed";
    case "dry-run-event":
      return outcome.outcome;
    default:
      return undefined;
  }
}
