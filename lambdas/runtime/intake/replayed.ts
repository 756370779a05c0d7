import { openBudget } from "../../../lib/contract/budget.ts";
import type { ReplayOutcome } from "../../../lib/contract/items/replay.ts";
import type { CollectedEventItem, ReplayItem, RunItem } from "../../../lib/contract/table.ts";
import { Refusal } from "../control/refusal.ts";
import { again, type Described } from "../control/run-actions.ts";
import type { Artifacts } from "../ports/files.ts";
import { recordDryRun } from "../replay/dry-run.ts";
import type { ReplayedDelivery } from "../replay/ports.ts";
import { decideCollected, decideRun } from "./decide.ts";
import type { IntakePorts } from "./intake-ports.ts";
import type { IntakeSpec } from "./intake-spec.ts";
import type { IntakeOutcome } from "./outcome.ts";
import type { Arrival } from "./read-arrival.ts";

/**
 * Counts the outcome of an event that a replay has delivered. A run that has ended restarts if the replay
 * requests it. `arrival` is undefined for a message that is not an event.
 */
export async function countReplayed(
  outcome: IntakeOutcome,
  arrival: Arrival | undefined,
  deployed: IntakeSpec,
  brought: ReplayedDelivery | undefined,
  ports: IntakePorts,
): Promise<IntakeOutcome> {
  if (!brought) return outcome;
  const { replay, replays } = brought;
  const count = (counted: ReplayOutcome) => replays.count(replay.replay, deployed.workflow, counted);
  switch (outcome.kind) {
    case "quarantined":
      await count("quarantined");
      return outcome;
    case "dry-run-event":
      await count(outcome.outcome);
      return outcome;
    case "duplicate": {
      const { run } = outcome;
      const restarted = replay.again ? await restart(run, arrival, replay, deployed, ports) : "duplicate";
      await count(restarted);
      return restarted === "again" ? { kind: "again", run } : outcome;
    }
    case "collected":
      await count("new");
      return outcome;
    case "started":
    case "waits":
    case "passed": {
      // The epoch that is about to begin may be the result of an earlier delivery.
      const run = await ports.runs.read(outcome.run);
      await count(run!.epoch > 1 ? "duplicate" : "new");
      return outcome;
    }
    default:
      return outcome;
  }
}

/**
 * Begins the next epoch of a run, from the event and the deployed definition. The events of a batch run together
 * again, as they were collected.
 */
async function restart(
  run: string,
  arrival: Arrival | undefined,
  { requested }: ReplayItem,
  { budget }: IntakeSpec,
  ports: IntakePorts,
): Promise<ReplayOutcome> {
  const described = arrival?.kind === "run" ? { ...arrival.run, budget: openBudget(budget) } : undefined;
  const transition = again(requested, ports.now(), described);
  let outcome: ReplayOutcome = "duplicate";
  try {
    await ports.runs.change(run, (found) => {
      const next = transition(found);
      outcome = next === found ? "duplicate" : "again";
      return next;
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    ports.log.info(`The run is left as it is. ${error.message}`, { run });
    return "running";
  }
  return outcome;
}

/** What an event would do: found without writing anything that a later delivery could read. */
export async function dryRunEvent(
  arrival: Arrival | undefined,
  deployed: IntakeSpec,
  brought: ReplayedDelivery,
  ports: IntakePorts,
): Promise<IntakeOutcome> {
  return { kind: "dry-run-event", outcome: await dryRunOutcome(arrival, deployed, brought, ports) };
}

async function dryRunOutcome(
  arrival: Arrival | undefined,
  { workflow: subscriber }: IntakeSpec,
  { replay, replays }: ReplayedDelivery,
  ports: IntakePorts,
): Promise<ReplayOutcome> {
  switch (arrival?.kind) {
    case "run": {
      const { run, payload } = arrival.run;
      const alone = ofRun(arrival.run, await ports.runs.read(run), replay, ports.now());
      return await recordDryRun(alone, { subscriber, id: run, payload }, replay, replays);
    }
    case "collected": {
      const { collected: id, payload } = arrival.event;
      const [existing] = await ports.batches.events([arrival.event]);
      const run = existing?.run === undefined ? undefined : await ports.runs.read(existing.run);
      const alone = ofCollected(arrival.event, existing, run, replay, ports.now());
      return await recordDryRun(alone, { subscriber, id, payload }, replay, replays);
    }
    default:
      return "quarantined";
  }
}

/** What an event would do whose run is `existing`. */
function ofRun(run: RunItem, existing: RunItem | undefined, replay: ReplayItem, now: number): ReplayOutcome {
  if (!existing) return "new";
  switch (decideRun(run, existing)) {
    case "refuse":
      return "quarantined";
    case "begin":
      return existing.epoch > 1 ? "duplicate" : "new";
    default:
      return ifRestarted(existing, replay, now, run);
  }
}

/** The same for an event that is collected: its `run` has those of others, too. */
function ofCollected(
  event: CollectedEventItem,
  existing: CollectedEventItem | undefined,
  run: RunItem | undefined,
  replay: ReplayItem,
  now: number,
): ReplayOutcome {
  if (!existing) return "new";
  if (decideCollected(event, existing) === "refuse") return "quarantined";
  return run ? ifRestarted(run, replay, now) : "duplicate";
}

/** What a replay does with a run that was started before. */
function ifRestarted(run: RunItem, replay: ReplayItem, now: number, described?: Described): ReplayOutcome {
  if (!replay.again) return "duplicate";
  try {
    return again(replay.requested, now, described)(run) === run ? "duplicate" : "again";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return "running";
  }
}

/** The ports of a dry run: files are accepted and not stored. */
export function withoutWrites({ artifacts, now }: IntakePorts): Pick<IntakePorts, "artifacts" | "now"> {
  return { now, artifacts: (...of) => unwritten(artifacts(...of)) };
}

function unwritten(artifacts: Artifacts): Artifacts {
  return {
    get: (uriOrKey) => artifacts.get(uriOrKey),
    uri: (key) => artifacts.uri(key),
    put: async (key) => artifacts.uri(key),
  };
}
