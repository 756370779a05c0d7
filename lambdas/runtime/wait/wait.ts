import { CHILD_FAILED } from "../../../lib/contract/failure.ts";
import type {
  CallChild,
  DecideRace,
  WaitForEvent,
  WaitForSignal,
  WaitMessage,
} from "../../../lib/contract/messages/wait-message.ts";
import type { AwaitedEventItem, RunItem, WaiterItem } from "../../../lib/contract/table.ts";
import { deferMessage } from "../defer/defer-message.ts";
import { answerList } from "../list/list.ts";
import { hasEnded } from "../runs/transitions.ts";
import { admitRequest, answerRefused, isRefusal, type RequestAdmission } from "./admit-request.ts";
import { endEvent, signalEvent } from "./awaited-events.ts";
import { copyValue } from "./copy-value.ts";
import { type Meeting, match } from "./match.ts";
import { matchWaiters } from "./match-waiters.ts";
import type { WaitPorts } from "./ports.ts";
import { raceChild, raceItem, winnerWaiter } from "./race.ts";
import { enter, late } from "./transitions.ts";
import { childId } from "./wait-keys.ts";
import { cancelWaiter, childWaiter, eventWaiter, signalWaiter } from "./waiters.ts";

/** Handles a state machine's request from the queue of waits, at most once for all its deliveries. */
export async function wait(message: WaitMessage, retentionDays: number, ports: WaitPorts): Promise<void> {
  const now = ports.now();
  switch (message.kind) {
    case "event":
      return await enterUnlessOver(message, eventWaiter(message, now), ports);
    case "signalled":
      return await enterUnlessOver(message, signalWaiter(message, now), ports);
    case "signal":
      return await noteEvent(signalEvent(message, { now, retentionDays }), ports);
    case "race":
      return await decide(message, retentionDays, ports);
    case "child":
      return await call(message, retentionDays, ports);
    case "cancel-on":
      return void (await enterWait(cancelWaiter(message, now), ports));
    default:
      return await answerList(message, ports);
  }
}

/**
 * Writes a waiter, unless `admit` refuses it, then looks for earlier events. Answers whether it is written.
 */
async function enterWait(
  entry: WaiterItem,
  ports: WaitPorts,
  admit: () => Promise<boolean> = async () => true,
): Promise<boolean> {
  for (let written = false; !written; ) {
    const prior = await ports.waits.waiter(entry);
    const entered = enter(prior, entry);
    // Immediately before the write: a call's event cannot be taken back.
    if (entered !== undefined && !(await admit())) return false;
    written = entered === undefined || (await ports.waits.put(prior, entered));
  }
  await matchWaiters(entry, entry.run, ports);
  return true;
}

/**
 * A wait starts no work, so a pause does not stop it. One that is no longer needed is refused, unless it was
 * entered before: an earlier delivery may have sent its answer and crashed before it recorded that.
 */
async function enterUnlessOver(
  message: WaitForEvent | WaitForSignal,
  entry: WaiterItem,
  ports: WaitPorts,
): Promise<void> {
  let met: RequestAdmission = { kind: "proceed" };
  const admit = async () => {
    met = await admissionOf(message, ports);
    return !isRefusal(met);
  };
  if (await enterWait(entry, ports, admit)) return;
  if (isRefusal(met)) await answerRefused(message.run, message.taskToken, met, ports);
}

async function admissionOf(
  { run, path }: Pick<WaitForEvent, "run" | "path">,
  { startConditions }: Pick<WaitPorts, "startConditions">,
): Promise<RequestAdmission> {
  const place = { epoch: run.epoch, path };
  return admitRequest(run, await startConditions.read(run.id, run.workflow, undefined, { place }));
}

/** Records the winner of a race, then answers with what it has signalled. */
async function decide(message: DecideRace, retentionDays: number, ports: WaitPorts): Promise<void> {
  const admission = await admissionOf(message, ports);
  if (isRefusal(admission)) return await answerRefused(message.run, message.taskToken, admission, ports);
  const now = ports.now();
  const { winner } = await ports.races.decide(raceItem(message, { now, retentionDays }));
  await enterWait(winnerWaiter(message, winner, now), ports);
}

/** Writes an event, then looks for waiters. */
export async function noteEvent(event: AwaitedEventItem, ports: WaitPorts): Promise<void> {
  await ports.waits.put(undefined, event);
  const meeting = await matchWaiters(event, undefined, ports);
  if (!(await isLate(event, meeting, ports))) return;
  const noted = meeting.events.find(({ id }) => id === event.id);
  if (!noted || noted.late || !(await ports.waits.put(noted, late(noted)))) return;
  ports.log.warn(`${event.event} ${event.id} matched only waits of runs that had ended.`, { key: event.key });
  ports.metrics.count("EventsLate");
}

/** Whether an event that is not consumed has matched waiters, all of them of runs that have ended. */
async function isLate({ id }: AwaitedEventItem, meeting: Meeting, ports: WaitPorts): Promise<boolean> {
  const { waiters } = meeting;
  if (waiters.length === 0 || waiters.some(({ taken, missed }) => taken === id || missed === id))
    return false;
  if (match(meeting, ports.now()).some(({ event }) => event.id === id)) return false;
  for (const run of new Set(waiters.map((waiter) => waiter.run))) {
    const item = await ports.runs.read(run);
    if (item && !hasEnded(item)) return false;
  }
  return true;
}

/** Requests a run of another workflow. It may have ended already, if it was requested before. */
async function call(message: CallChild, retentionDays: number, ports: WaitPorts): Promise<void> {
  const { run: caller, workflow, path, taskToken: token } = message;
  const child = await childOf(message, ports);
  const payload = await copyValue(
    { what: `The payload of ${path}`, value: message.payload, reads: [] },
    { from: { workflow: caller.workflow, run: caller.id }, to: { workflow, run: child } },
    ports,
  );
  if (payload.kind === "refused") {
    const { failure } = payload;
    ports.log.error(`${path} cannot call ${workflow}: ${failure.message}`, { run: caller.id, path });
    if (token) await ports.executions.fail(token, CHILD_FAILED, JSON.stringify({ ...failure, workflow }));
    return;
  }
  let met: RequestAdmission = { kind: "proceed" };
  const raced = raceChild(message, child, { now: ports.now(), retentionDays });
  const admit = async () => {
    // The record first, then the race: who decides the race writes first, and then reads the records.
    if (raced) await ports.races.call(raced);
    met = await admissionOfCall(message, ports);
    if (raced && met.kind !== "proceed") await ports.races.uncall(raced);
    return met.kind === "proceed";
  };
  const waiter = childWaiter({ ...message, payload: payload.value }, child, ports.now());
  if (!(await enterWait(waiter, ports, admit)))
    return await keepOut(message, met, () => call(message, retentionDays, ports), ports);
  const run = await ports.runs.read(child);
  if (run) await noteEnd(run, retentionDays, ports);
}

/** A call without a wait was made before its run ended, unless that has failed. */
async function admissionOfCall(
  { run, path, taskToken }: CallChild,
  { startConditions }: WaitPorts,
): Promise<RequestAdmission> {
  const place = { epoch: run.epoch, path };
  const conditions = await startConditions.read(run.id, run.workflow, undefined, { place });
  const { status, epoch, terminated } = conditions.run ?? {};
  const endsWell = status === "succeeded" || (status === "closing" && !terminated);
  if (taskToken === undefined && epoch === run.epoch && endsWell) return { kind: "proceed" };
  return admitRequest(run, conditions);
}

async function keepOut(
  message: CallChild,
  met: RequestAdmission,
  again: () => Promise<void>,
  ports: WaitPorts,
): Promise<void> {
  if (isRefusal(met)) return await answerRefused(message.run, message.taskToken, met, ports);
  if (met.kind !== "defer") return;
  const stillPaused = async () => (await admissionOfCall(message, ports)).kind === "defer";
  if (!(await deferMessage(message, { reason: met.reason, stillPaused }, ports))) await again();
}

/**
 * The run that an earlier epoch of the caller requested is reused, unless it failed, or the caller was
 * restarted.
 */
async function childOf(message: CallChild, { runs }: WaitPorts): Promise<string> {
  for (let epoch = message.run.epoch - 1; epoch >= (message.run.restarted ?? 1); epoch--) {
    const earlier = await runs.read(childId(message, epoch));
    if (earlier && (earlier.status === "succeeded" || !hasEnded(earlier))) return earlier.run;
  }
  return childId(message);
}

/** Records the end of a called run, if it has ended. */
export async function noteEnd(run: RunItem, retentionDays: number, ports: WaitPorts): Promise<void> {
  if (hasEnded(run)) await noteEvent(endEvent(run, { now: ports.now(), retentionDays }), ports);
}
