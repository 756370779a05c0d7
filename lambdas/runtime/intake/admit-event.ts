import type { RunItem } from "../../../lib/contract/table.ts";
import {
  acceptAndBegin,
  type StartedAtOnce,
  sendExpress,
  startedAtOnce,
  workExpress,
} from "../express/start.ts";
import { duplicateReceipt } from "../ledger/arrival.ts";
import { fieldsOfItem } from "../telemetry/log-fields.ts";
import { admitCollected } from "./batch/admit-collected.ts";
import { begin, leave, markWaiting } from "./begin.ts";
import { decideRun } from "./decide.ts";
import type { EventDelivery } from "./delivery.ts";
import type { IntakePorts } from "./intake-ports.ts";
import type { IntakeSpec } from "./intake-spec.ts";
import type { IntakeOutcome } from "./outcome.ts";
import type { Arrival } from "./read-arrival.ts";
import type { Refused } from "./read-event.ts";
import { contradiction, refuse } from "./refuse.ts";
import { refusedRun } from "./refused-run.ts";

/** Carries out what follows from an event that was read: claims its run, alone or in a batch, and starts it. */
export async function admitEvent(
  arrival: Arrival,
  delivery: EventDelivery & { body: string },
  spec: IntakeSpec,
  ports: IntakePorts,
): Promise<IntakeOutcome> {
  const refused = async ({ reason, findings }: Refused) => {
    const { envelope, called, body } = delivery;
    const { run, parent } = called;
    if (run) await ports.runs.accept(refusedRun(envelope, findings, spec, ports.now(), { run, parent }));
    return await refuse({ reason, findings, envelope, body }, spec, ports);
  };
  switch (arrival.kind) {
    case "refused":
      return await refused(arrival);
    case "collected":
      return await admitCollected(arrival.event, delivery.envelope, spec, ports, refused);
    case "run":
      return await admitRun(arrival.run, delivery, spec, ports, refused);
  }
}

async function admitRun(
  run: RunItem,
  { envelope }: EventDelivery,
  spec: IntakeSpec,
  ports: IntakePorts,
  refused: (refusal: Refused) => Promise<IntakeOutcome>,
): Promise<IntakeOutcome> {
  ports.about?.(fieldsOfItem(run));
  const { express } = ports;
  const atOnce = await describeAtOnce(run, spec, ports);
  const described = atOnce?.run ?? run;
  const begun = atOnce && (await acceptAndBegin(atOnce, express!));
  const acceptance = begun ? ({ accepted: true } as const) : await ports.runs.accept(described);
  const claimed = acceptance.accepted ? described : acceptance.existing;
  const decision = decideRun(run, claimed);
  if (decision === "refuse") return await refused(contradiction(`started run ${claimed.run}`, claimed));
  const met = { first: claimed.event.id, subscriber: spec.workflow, run: claimed.run };
  const duplicate = duplicateReceipt(envelope, met, ports.now());
  if (duplicate) await ports.deliveries.record(duplicate);
  switch (decision) {
    case "begin": {
      const outcome = await begin(claimed, spec, ports);
      if (outcome.kind === "waits") await markWaiting(claimed, ports);
      return outcome;
    }
    case "send": {
      if (acceptance.accepted) {
        await workExpress(atOnce!, begun, express!, ports.log);
        return { kind: "started", run: claimed.run };
      }
      const plan = await express?.plan(claimed.version);
      if (plan) await sendExpress(claimed, plan, express!, ports.log);
      return await passDuplicate(claimed, envelope.id, spec, ports);
    }
    case "leave":
      return await passDuplicate(claimed, envelope.id, spec, ports);
  }
}

async function passDuplicate(
  claimed: RunItem,
  event: string,
  spec: IntakeSpec,
  ports: IntakePorts,
): Promise<IntakeOutcome> {
  ports.log.info("This event is a duplicate.", { run: claimed.run, event, status: claimed.status });
  ports.metrics.count("EventsDuplicate");
  return await leave(claimed, spec, ports);
}

/**
 * A run that needs no execution, and has nothing to wait for, is accepted and started in the same write.
 * The answer of `open` may be a second old, as it may be where a run is started after it was accepted.
 */
async function describeAtOnce(
  run: RunItem,
  { perKey, sharedLimit }: IntakeSpec,
  ports: IntakePorts,
): Promise<StartedAtOnce | undefined> {
  const plan = perKey || sharedLimit ? undefined : await ports.express?.plan(run.version);
  if (!plan || !(await ports.admissions.open(run.workflow, { recent: true }))) return undefined;
  return startedAtOnce(run, plan, ports.now());
}
