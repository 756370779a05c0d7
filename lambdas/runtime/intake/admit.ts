import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { ReplayOutcome } from "../../../lib/contract/items/replay.ts";
import { type PerKey, startLimits } from "../../../lib/contract/per-key.ts";
import { isEnded, type QuarantineItem, type RunItem } from "../../../lib/contract/table.ts";
import { endIfLate } from "../completion/start-deadline.ts";
import { isWithoutExecution } from "../completion/transitions.ts";
import { endExpress, handOver } from "../express/report.ts";
import { awaitsMessage, sendExpress, startedAtOnce } from "../express/start.ts";
import { collectedReceipt, duplicateReceipt, waitingReceipts } from "../ledger/arrival.ts";
import { fieldsOfItem } from "../log-fields.ts";
import { collectedEvent } from "./batch/collect.ts";
import { formBatches } from "./batch/form.ts";
import { currentSpec } from "./current-spec.ts";
import { endBurst, joinBurst } from "./debounce.ts";
import { type Delivery, readDelivery } from "./delivery.ts";
import type { Called } from "./describe-run.ts";
import { heldBack } from "./held-back.ts";
import type { IntakePorts } from "./intake-ports.ts";
import type { IntakeSpec } from "./intake-spec.ts";
import { joinQueue } from "./join-queue.ts";
import { launch } from "./launch.ts";
import { limitGate } from "./limit/gate.ts";
import { quarantine, type Refusal } from "./quarantine.ts";
import { noKey, type Refused, readEvent, readRun } from "./read-run.ts";
import { refusedRun } from "./refused-run.ts";
import { skipWhenBusy } from "./skip-when-busy.ts";
import { isIdle, type KeyedRun, moveUp, type Turn, type TurnPorts } from "./turn.ts";

export type IntakeOutcome =
  | { kind: "started"; run: string }
  /** The event was delivered before, and its run has been started. */
  | { kind: "duplicate"; run: string }
  /** A replay runs it again. */
  | { kind: "again"; run: string }
  /** The dry run of a replay has only counted it. */
  | { kind: "dry-run-event"; outcome: ReplayOutcome }
  /** It waits for its turn, its burst is not over, or its workflow is paused. */
  | { kind: "waits"; run: string }
  /** It waits for others of its key, in a batch. */
  | { kind: "collected"; key: string }
  /** Skipped, superseded by a later event, or not started in time. */
  | { kind: "passed"; run: string }
  | { kind: "quarantined"; reason: QuarantineItem["reason"] }
  /** Its worker has reported the outcome of a run without an execution. */
  | { kind: "reported"; run: string }
  /** A per-key queue, or a lane of a shared limit, was checked. */
  | { kind: "looked"; key: string }
  /** Step Functions throttles at the moment: the message stays in the queue. */
  | { kind: "throttled" };

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
        return await continueRun({ run: run.run, epoch: run.epoch, why: "no outcome was reported" }, ports);
      return await leave(run ?? { key: undefined, run: delivery.run }, spec, ports);
    }
    case "ended": {
      const { run, epoch, key } = delivery;
      const ended = await ports.runs.read(run);
      if (ended) await ports.limit?.leave({ ...ended, epoch });
      if (key === undefined) return { kind: "looked", key: "" };
      return await advanceKeyQueue({ kind: "key-queue", key }, deployed, current, ports);
    }
    case "report": {
      const { report } = delivery;
      if ("handOver" in report) return await continueRun(report.handOver, ports);
      await endExpress(report.outcome, spec.workflow, ports);
      return { kind: "reported", run: report.outcome.run };
    }
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
  return answer === "throttled" ? { kind: "throttled" } : { kind: "reported", run: asked.run };
}

async function admitEvent(
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
  if (spec.batch && called.run === undefined) return await collect(arrived, spec, ports, refused);

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
  if (duplicate) await ports.deliveries.mark(duplicate);
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

/** Puts an event with the others of its key, which start a run together. */
async function collect(
  arrived: Envelope,
  spec: IntakeSpec,
  ports: IntakePorts,
  refused: (refusal: Pick<Refused, "reason" | "findings">) => Promise<IntakeOutcome>,
): Promise<IntakeOutcome> {
  const read = await readEvent(arrived, {}, spec, ports);
  if (!read.accepted) return await refused(read);
  const event = collectedEvent(read, spec, ports.now());
  if (!event) return await refused({ reason: "contract", findings: [noKey(read.consumed.contract)] });
  const claimed = (await ports.batches.collect(event)) ?? event;
  if (claimed.payload !== event.payload)
    return await refused(contradiction(`is ${claimed.run ? `in run ${claimed.run}` : "collected"}`, claimed));
  const met = { first: claimed.event.id, subscriber: spec.workflow, run: claimed.run };
  const receipt = duplicateReceipt(arrived, met, ports.now()) ?? (!claimed.run && collectedReceipt(claimed));
  if (receipt) await ports.deliveries.mark(receipt);
  const { key, run } = claimed;
  // After the receipt: from here on, another delivery may make it part of a run.
  if (!run) await ports.batches.join(claimed);
  const formed = await formBatchesOf(key, async () => spec, ports);
  if (formed === "throttled") return { kind: "throttled" };
  return run ? { kind: "duplicate", run } : { kind: "collected", key };
}

async function formBatchesOf(key: string, current: () => Promise<IntakeSpec>, ports: IntakePorts) {
  return await formBatches(
    key,
    current,
    async (run) => {
      const { kind } = await begin(run, await current(), ports);
      if (kind === "waits") await markWaiting(run, ports);
      return kind === "throttled" ? "throttled" : "begun";
    },
    ports,
  );
}

async function markWaiting(run: RunItem, { deliveries }: IntakePorts): Promise<void> {
  await Promise.all(waitingReceipts(run).map((receipt) => deliveries.mark(receipt)));
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

/**
 * A run is no longer accepted. An earlier delivery may have stopped after it gave the run a slot, and the
 * run's end may be older than that: the slot is released now.
 */
async function leave(
  left: RunItem | { key: undefined; run: string },
  { perKey }: IntakeSpec,
  ports: IntakePorts,
): Promise<IntakeOutcome> {
  const { key, run } = left;
  if ("status" in left && isEnded(left.status)) await ports.limit?.leave(left);
  if (perKey && key !== undefined) {
    const moved = await moveUp(key, startLimits(perKey), ports);
    if (moved === "throttled") return { kind: "throttled" };
  }
  return { kind: "duplicate", run };
}

/** Starts an accepted run, unless it has to wait. */
async function begin(item: RunItem, spec: IntakeSpec, ports: IntakePorts): Promise<IntakeOutcome> {
  const { run } = item;
  if ((await endIfLate(item, ports)) !== item) return { kind: "passed", run };
  if (await heldBack(item, ports)) return { kind: "waits", run };
  const kind = spec.perKey ? await takeTurn(item as KeyedRun, spec.perKey, ports) : await launch(item, ports);
  return { kind, run };
}

async function takeTurn(run: KeyedRun, policy: PerKey, ports: TurnPorts): Promise<Turn> {
  if ("debounce" in policy) return await joinBurst(run, policy, ports);
  const limits = startLimits(policy);
  return limits.wait ? await joinQueue(run, limits, ports) : await skipWhenBusy(run, limits, ports);
}

/**
 * A run of the key has ended, its burst may be over, or the next one may start. `current`: the definition
 * with its settings, which are read only where they matter.
 */
async function advanceKeyQueue(
  { key, at }: Extract<Delivery, { kind: "key-queue" }>,
  { perKey, batch }: IntakeSpec,
  current: () => Promise<IntakeSpec>,
  ports: IntakePorts,
): Promise<IntakeOutcome> {
  // It came early: no message can be delayed for long enough, or the sender's clock is ahead.
  if (at !== undefined && at > ports.now() && (perKey || batch)) {
    await ports.reminders.lookAgain(key, at);
    return { kind: "looked", key };
  }
  if (batch && (await formBatchesOf(key, current, ports)) === "throttled") return { kind: "throttled" };
  if (!perKey) return { kind: "looked", key };
  const looked =
    "debounce" in perKey
      ? await endBurst(key, ports)
      : await moveUp(
          key,
          async (keyQueue) => startLimits(isIdle(keyQueue) ? perKey : (await current()).perKey!),
          ports,
        );
  return looked === "throttled" ? { kind: "throttled" } : { kind: "looked", key };
}

async function refuse(refusal: Refusal, spec: IntakeSpec, ports: IntakePorts): Promise<IntakeOutcome> {
  const { workflow: subscriber, retentionDays } = spec;
  await quarantine(refusal, { subscriber, retentionDays }, ports);
  return { kind: "quarantined", reason: refusal.reason };
}

function contradiction(
  became: string,
  { event }: Pick<RunItem, "event">,
): Pick<Refused, "reason" | "findings"> {
  const message = `Event ${event.id} of the same identity ${became}, but with another payload. Correct the payload or the identity.`;
  return { reason: "contradiction", findings: [{ path: "", message }] };
}
