import type { ReplayOutcome } from "../../../lib/contract/items/replay.ts";
import type { ReplayItem, RunItem } from "../../../lib/contract/table.ts";
import { Refusal } from "../control/refusal.ts";
import { again } from "../control/run-actions.ts";
import type { Artifacts } from "../ports/files.ts";
import { recordDryRun } from "../replay/dry-run.ts";
import type { Replays } from "../replay/ports.ts";
import { admit } from "./admit.ts";
import { collectedEvent } from "./batch/collect.ts";
import { readDelivery } from "./delivery.ts";
import type { IntakePorts } from "./intake-ports.ts";
import type { IntakeSpec } from "./intake-spec.ts";
import type { IntakeOutcome } from "./outcome.ts";
import { readEvent, readRun } from "./read-run.ts";

export interface ReplayedPorts extends IntakePorts {
  replays: Pick<Replays, "count" | "recordDryRun">;
}

/** Admits an event that a replay delivers again, as the replay requests, and counts the outcome. */
export async function admitReplayed(
  body: string,
  replay: ReplayItem,
  spec: IntakeSpec,
  ports: ReplayedPorts,
): Promise<IntakeOutcome> {
  const count = (outcome: ReplayOutcome) => ports.replays.count(replay.replay, spec.workflow, outcome);
  if (replay.dry) {
    const outcome = await wouldBe(body, replay, spec, ports);
    await count(outcome);
    return { kind: "dry-run-event", outcome };
  }
  const admitted = await admit(body, spec, ports);
  switch (admitted.kind) {
    case "quarantined":
      await count("quarantined");
      return admitted;
    case "duplicate": {
      const outcome = replay.again ? await restart(body, admitted.run, replay, spec, ports) : "duplicate";
      await count(outcome);
      return outcome === "again" ? { kind: "again", run: admitted.run } : admitted;
    }
    case "collected":
      await count("new");
      return admitted;
    case "started":
    case "waits":
    case "passed": {
      // The epoch that is about to begin may be the result of an earlier delivery.
      const run = await ports.runs.read(admitted.run);
      await count(run!.epoch > 1 ? "duplicate" : "new");
      return admitted;
    }
    default:
      return admitted;
  }
}

/** Begins the next epoch of a run, from the event and the deployed definition. */
async function restart(
  body: string,
  run: string,
  { requested }: ReplayItem,
  spec: IntakeSpec,
  ports: ReplayedPorts,
): Promise<ReplayOutcome> {
  // The events of a batch run together again, as they were collected.
  const described = spec.batch ? undefined : await runIn(body, spec, ports);
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

/** What the event would do: found without writing anything that a later delivery could read. */
async function wouldBe(
  body: string,
  replay: ReplayItem,
  spec: IntakeSpec,
  ports: ReplayedPorts,
): Promise<ReplayOutcome> {
  const dry = { ...ports, artifacts: (...of: [string, string]) => unwritten(ports.artifacts(...of)) };
  if (spec.batch) return await wouldBeCollected(body, replay, spec, dry);
  const run = await runIn(body, spec, dry);
  if (!run) return "quarantined";
  const existing = await ports.runs.read(run.run);
  const alone = meeting(run, existing, replay, ports.now());
  return await recordDryRun(
    alone,
    { subscriber: spec.workflow, id: run.run, payload: run.payload },
    replay,
    ports.replays,
  );
}

function meeting(
  run: RunItem,
  existing: RunItem | undefined,
  replay: ReplayItem,
  now: number,
): ReplayOutcome {
  if (!existing) return "new";
  if (existing.payload !== run.payload) return "quarantined";
  if (existing.status === "accepted") return existing.epoch > 1 ? "duplicate" : "new";
  return restarted(existing, replay, now, run);
}

/** The same for an event that is collected: its run has those of others, too. */
async function wouldBeCollected(
  body: string,
  replay: ReplayItem,
  spec: IntakeSpec,
  ports: ReplayedPorts,
): Promise<ReplayOutcome> {
  const delivery = readDelivery(body);
  const read =
    delivery.kind === "event" ? await readEvent(delivery.envelope, delivery.called, spec, ports) : undefined;
  const event = read?.accepted ? collectedEvent(read, spec, ports.now()) : undefined;
  if (!event) return "quarantined";
  const [existing] = await ports.batches.events([event]);
  const run = existing?.run === undefined ? undefined : await ports.runs.read(existing.run);
  const alone = !existing
    ? "new"
    : existing.payload !== event.payload
      ? "quarantined"
      : run
        ? restarted(run, replay, ports.now())
        : "duplicate";
  const { collected: id, payload } = event;
  return await recordDryRun(alone, { subscriber: spec.workflow, id, payload }, replay, ports.replays);
}

/** Whether a replay would restart a run. */
function restarted(run: RunItem, replay: ReplayItem, now: number, described?: RunItem): ReplayOutcome {
  if (!replay.again) return "duplicate";
  try {
    return again(replay.requested, now, described)(run) === run ? "duplicate" : "again";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return "running";
  }
}

async function runIn(
  body: string,
  spec: IntakeSpec,
  ports: Pick<IntakePorts, "artifacts" | "now">,
): Promise<RunItem | undefined> {
  const delivery = readDelivery(body);
  if (delivery.kind !== "event") return undefined;
  const read = await readRun(delivery.envelope, delivery.called, spec, ports);
  return read.accepted ? read.run : undefined;
}

/** Accepts files and does not store them. */
function unwritten(artifacts: Artifacts): Artifacts {
  return {
    get: (uriOrKey) => artifacts.get(uriOrKey),
    uri: (key) => artifacts.uri(key),
    put: async (key) => artifacts.uri(key),
  };
}
