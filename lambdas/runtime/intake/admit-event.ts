import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { awaitsMessage, sendExpress, startedAtOnce } from "../express/start.ts";
import { duplicateReceipt } from "../ledger/arrival.ts";
import { fieldsOfItem } from "../log-fields.ts";
import { admitCollected } from "./batch/admit-collected.ts";
import { begin, leave, markWaiting } from "./begin.ts";
import type { Called } from "./describe-run.ts";
import type { IntakePorts } from "./intake-ports.ts";
import type { IntakeSpec } from "./intake-spec.ts";
import type { IntakeOutcome } from "./outcome.ts";
import { type Refused, readRun } from "./read-run.ts";
import { contradiction, refuse } from "./refuse.ts";
import { refusedRun } from "./refused-run.ts";

/** Admits an event that starts a run, alone or in a batch. */
export async function admitEvent(
  arrived: Envelope,
  called: Called,
  body: string,
  spec: IntakeSpec,
  ports: IntakePorts,
): Promise<IntakeOutcome> {
  const refused = async ({ reason, findings }: Pick<Refused, "reason" | "findings">) => {
    const { run, parent } = called;
    if (run) await ports.runs.accept(refusedRun(arrived, findings, spec, ports.now(), { run, parent }));
    return await refuse({ reason, findings, envelope: arrived, body }, spec, ports);
  };
  // What is called has an id of its own, and so it is a batch of its own.
  if (spec.batch && called.run === undefined) return await admitCollected(arrived, spec, ports, refused);

  const read = await readRun(arrived, called, spec, ports);
  if (!read.accepted) return await refused(read);
  const { run } = read;
  ports.about?.(fieldsOfItem(run));
  const described = await atOnce(run, spec, ports);
  const acceptance = await ports.runs.accept(described);
  const claimed = acceptance.accepted ? described : acceptance.existing;
  if (claimed.payload !== run.payload)
    return await refused(contradiction(`started run ${claimed.run}`, claimed));
  const met = { first: claimed.event.id, subscriber: spec.workflow, run: claimed.run };
  const duplicate = duplicateReceipt(arrived, met, ports.now());
  if (duplicate) await ports.deliveries.record(duplicate);
  if (claimed.status === "accepted") {
    const outcome = await begin(claimed, spec, ports);
    if (outcome.kind === "waits") await markWaiting(claimed, ports);
    return outcome;
  }
  // An earlier delivery of this event may have stopped before it sent the message.
  if (claimed.event.id === arrived.id && awaitsMessage(claimed)) {
    const plan = await ports.express?.plan(claimed.version);
    if (plan) await sendExpress(claimed, plan, ports.express!, ports.log);
    if (acceptance.accepted) return { kind: "started", run: claimed.run };
  }
  ports.log.info("This event is a duplicate.", {
    run: run.run,
    event: arrived.id,
    status: claimed.status,
  });
  ports.metrics.count("EventsDuplicate");
  return await leave(claimed, spec, ports);
}

/**
 * A run that needs no execution, and has nothing to wait for, is accepted and started in the same write.
 * The answer of `open` may be a second old, as it may be where a run is started after it was accepted.
 */
async function atOnce(
  run: RunItem,
  { perKey, sharedLimit }: IntakeSpec,
  ports: IntakePorts,
): Promise<RunItem> {
  const plan = perKey || sharedLimit ? undefined : await ports.express?.plan(run.version);
  if (!plan || !(await ports.admissions.open(run.workflow, { recent: true }))) return run;
  return startedAtOnce(run, plan, ports.now());
}
