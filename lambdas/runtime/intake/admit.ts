import { handOver } from "../express/hand-over.ts";
import type { ReplayedDelivery } from "../replay/ports.ts";
import { isWithoutExecution } from "../runs/transitions.ts";
import { admitEvent } from "./admit-event.ts";
import { advanceKeyQueue } from "./advance-key-queue.ts";
import { begin, leave } from "./begin.ts";
import { currentSpec } from "./current-spec.ts";
import { type Delivery, type EventDelivery, readDelivery } from "./delivery.ts";
import type { IntakePorts } from "./intake-ports.ts";
import type { IntakeSpec } from "./intake-spec.ts";
import { limitGate } from "./limit/gate.ts";
import type { IntakeOutcome } from "./outcome.ts";
import { readArrival } from "./read-arrival.ts";
import { refuse } from "./refuse.ts";
import { countReplayed, dryRunEvent, withoutWrites } from "./replayed.ts";

/**
 * Turns a delivered event into at most one run: reads the event once, decides, and starts its run.
 *
 *     read and check ──▶ put the run, if it is new ──▶ decide ──▶ its turn? ──▶ StartExecution ──▶ note that it is started
 *                            │ exists, same payload: continue where the earlier delivery stopped
 *                            └ exists, another payload: a contradiction, quarantined
 *
 * A crash may happen at every arrow; the next delivery then takes the same path and finds what is done. Other
 * messages concern runs that exist. `brought`: the replay that delivered the message.
 */
export async function admit(
  body: string,
  deployed: IntakeSpec,
  given: IntakePorts,
  brought?: ReplayedDelivery,
): Promise<IntakeOutcome> {
  const delivery = readDelivery(body);
  const ports = gated(delivery, deployed, given);
  const current = () => currentSpec(deployed, delivery, ports);
  const dry = brought?.replay.dry ? brought : undefined;
  if (delivery.kind !== "event") {
    const outcome = dry
      ? await dryRunEvent(undefined, deployed, dry, ports)
      : await followUp(delivery, body, deployed, current, ports);
    return await countReplayed(outcome, undefined, deployed, brought, ports);
  }
  const spec = await current();
  const arrival = await readArrival(delivery, spec, dry ? withoutWrites(ports) : ports);
  const outcome = dry
    ? await dryRunEvent(arrival, deployed, dry, ports)
    : await admitEvent(arrival, { ...delivery, body }, spec, ports);
  return await countReplayed(outcome, arrival, deployed, brought, ports);
}

/** Handles a message that concerns runs which exist. */
async function followUp(
  delivery: Exclude<Delivery, EventDelivery>,
  body: string,
  deployed: IntakeSpec,
  current: () => Promise<IntakeSpec>,
  ports: IntakePorts,
): Promise<IntakeOutcome> {
  switch (delivery.kind) {
    case "key-queue":
      return await advanceKeyQueue(delivery, deployed, current, ports);
    case "lane":
      return await lookAtLane(delivery, ports);
    case "release":
      return await release(delivery.run, await current(), ports);
    case "ended": {
      const { run, epoch, key } = delivery;
      const ended = await ports.runs.read(run);
      if (ended) await ports.limit?.leave({ ...ended, epoch });
      if (key === undefined) return { kind: "looked", key: "" };
      return await advanceKeyQueue({ kind: "key-queue", key }, deployed, current, ports);
    }
    case "hand-over":
      return await continueRun(delivery.asked, ports);
    case "nothing": {
      const message = "The message is not an event as EventBridge delivers it.";
      const findings = [{ path: "", message, value: body.slice(0, 200) }];
      return await refuse({ reason: "not-an-event", findings, envelope: undefined, body }, deployed, ports);
    }
  }
}

/** A run that was held back, or that nothing continues, may continue. */
async function release(id: string, spec: IntakeSpec, ports: IntakePorts): Promise<IntakeOutcome> {
  const run = await ports.runs.read(id);
  if (run?.status === "accepted") return await begin(run, spec, ports);
  if (run?.express && isWithoutExecution(run))
    return await continueRun({ run: run.run, epoch: run.epoch, why: "its worker did not end it" }, ports);
  return await leave(run ?? { key: undefined, run: id }, spec, ports);
}

/** The ports, with the shared limit in front of the workflow's runs if it has one. */
function gated({ kind }: Delivery, { sharedLimit }: IntakeSpec, ports: IntakePorts): IntakePorts {
  const { limits } = ports;
  if (!sharedLimit || !limits) return ports;
  // The reconciler releases runs that wait for long: perhaps a place is not free although its run has ended.
  return { ...ports, limit: limitGate(sharedLimit.limit, { ...ports, limits }), verify: kind === "release" };
}

async function lookAtLane(
  { lane, at }: Extract<Delivery, { kind: "lane" }>,
  ports: IntakePorts,
): Promise<IntakeOutcome> {
  if (at > ports.now()) await ports.reminders.lookAtLane(lane, at);
  else await ports.limit?.look(lane);
  return { kind: "looked", key: lane };
}

/** Continues a run without an execution in one. */
async function continueRun(
  asked: Parameters<typeof handOver>[0],
  ports: IntakePorts,
): Promise<IntakeOutcome> {
  const answer = await handOver(asked, ports);
  return answer === "throttled" ? { kind: "throttled" } : { kind: "continued", run: asked.run };
}
