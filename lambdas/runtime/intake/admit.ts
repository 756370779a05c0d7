import { isWithoutExecution } from "../completion/transitions.ts";
import { handOver } from "../express/hand-over.ts";
import { admitEvent } from "./admit-event.ts";
import { advanceKeyQueue } from "./advance-key-queue.ts";
import { begin, leave } from "./begin.ts";
import { currentSpec } from "./current-spec.ts";
import { type Delivery, readDelivery } from "./delivery.ts";
import type { IntakePorts } from "./intake-ports.ts";
import type { IntakeSpec } from "./intake-spec.ts";
import { limitGate } from "./limit/gate.ts";
import type { IntakeOutcome } from "./outcome.ts";
import { refuse } from "./refuse.ts";

/**
 * Turns a delivered event into at most one run.
 *
 *     validate ──▶ put the run, if it is new ──▶ its turn? ──▶ StartExecution by its name ──▶ note that it is started
 *                       │ exists, same payload: continue where the earlier delivery stopped
 *                       └ exists, another payload: a contradiction, quarantined
 *
 * A crash may happen at every arrow; the next delivery then takes the same path and finds what is done.
 */
export async function admit(body: string, deployed: IntakeSpec, given: IntakePorts): Promise<IntakeOutcome> {
  const delivery = readDelivery(body);
  const ports = gated(delivery, deployed, given);
  const current = () => currentSpec(deployed, delivery, ports);
  if (delivery.kind === "key-queue") return await advanceKeyQueue(delivery, deployed, current, ports);
  if (delivery.kind === "lane") return await lookAtLane(delivery, ports);
  const spec = await current();
  switch (delivery.kind) {
    case "event":
      return await admitEvent(delivery.envelope, delivery.called, body, spec, ports);
    case "release": {
      const run = await ports.runs.read(delivery.run);
      if (run?.status === "accepted") return await begin(run, spec, ports);
      if (run?.express && isWithoutExecution(run))
        return await continueRun({ run: run.run, epoch: run.epoch, why: "its worker did not end it" }, ports);
      return await leave(run ?? { key: undefined, run: delivery.run }, spec, ports);
    }
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
      return await refuse({ reason: "not-an-event", findings, envelope: undefined, body }, spec, ports);
    }
  }
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
