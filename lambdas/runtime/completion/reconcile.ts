import { expiryAfter } from "../../../lib/contract/expiry.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import { executionName } from "../../../lib/contract/runs/execution-name.ts";
import type { RunItem, TableItem } from "../../../lib/contract/table.ts";
import type { Outbox } from "../ports/bus.ts";
import type { Runs } from "../ports/runs.ts";
import { type AuditPorts, audit, republishMissing } from "../relay/audit.ts";
import { type FailedBatchPorts, republishFailed } from "../relay/failed-batches.ts";
import { republish } from "../relay/republish.ts";
import { epochBegan, handOver, isWithoutExecution, release, startDeadline } from "../runs/transitions.ts";
import { advance, endRun } from "./advance.ts";
import { deadlineOf, isOverdue } from "./deadline.ts";
import { type DoubtPorts, reviewDoubts } from "./doubts.ts";
import { type FirstCheckPorts, scheduleChecks } from "./first-checks.ts";
import { type ForgottenReleasePorts, releaseForgotten } from "./forgotten-releases.ts";
import { sealForgotten } from "./forgotten-seals.ts";
import { type HeldPorts, reportHeld } from "./held.ts";
import { findLostMessages, type LostMessagePorts } from "./lost-messages.ts";
import { DESCRIBED_WITHIN, type EndPorts } from "./ports.ts";
import { endIfLate } from "./start-deadline.ts";

export interface ReconcilePorts
  extends EndPorts,
    AuditPorts,
    FailedBatchPorts,
    Pick<FirstCheckPorts, "items">,
    HeldPorts,
    ForgottenReleasePorts,
    LostMessagePorts {
  claims: EndPorts["claims"] & DoubtPorts["claims"];
  runs: Pick<Runs, "read" | "change" | "due" | "watch" | "postpone">;
  outbox: Outbox;
  /** How long items are kept: those of an open run are kept for this long after each check. */
  retentionDays: number;
  /** Keys of messages that should have been sent again by `time` (ISO), at most `limit`. */
  overdueDeferred(time: string, limit: number): Promise<ItemKey[]>;
  /** Sends a deferred message again. */
  wake(key: ItemKey): Promise<void>;
  /** The subscribers of unresolved dead letters, one for each letter, those of the oldest, at most `limit`. */
  deadLettered(limit: number): Promise<string[]>;
}

/** How many items are checked at a time. */
const RECONCILE_LIMIT = 100;
/** Milliseconds for due runs; the function has `LONGEST_PASS` for everything. */
const TIME_FOR_RUNS = 60_000;
/** The dead letters that are counted: with more, the alarms of others may end early. */
const MOST_COUNTED = 1_000;
/** A change is normally on the bus long before this. */
const UNPUBLISHED_AFTER = 5 * 60 * 1000;
/** Reminders arrive earlier, unless one was lost. */
const WOKEN_AFTER = 15 * 60 * 1000;
/** An accepted run is normally started long before this. */
const STARTED_AFTER = 60 * 60 * 1000;
/** A run in a temporary state is checked again after this time. */
const NEXT_CHECK = 15 * 60 * 1000;

/**
 * Finds what the events missed: accepted runs that were not started, held or not (they are sent to intake
 * again), executions whose end was not reported, runs that stopped while ending, lost messages that a run
 * waits for, deferred messages that were not sent again (also after a pause), and changes that the relay did
 * not publish.
 */
export async function reconcile(ports: ReconcilePorts): Promise<void> {
  const failures: unknown[] = [];
  for (const [what, part] of PARTS) {
    try {
      await part(ports);
    } catch (error) {
      // A failure of one part must not stop the others; the alarm on the function's errors is raised all the
      // same.
      ports.log.error(`${what} could not be reconciled; the next pass tries again.`, {
        error: String(error),
      });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join("\n"));
}

const PARTS: readonly [what: string, part: (ports: ReconcilePorts) => Promise<void>][] = [
  ["Runs that are still open", scheduleChecks],
  ["Runs that are due", advanceDue],
  ["Runs that are held back", reportHeld],
  ["Messages that a pause deferred", releaseForgotten],
  ["Deferred messages", wakeOverdue],
  ["Dead letters", countDeadLetters],
  ["Unpublished changes", publishOverdue],
  // First the changes whose earlier state is known, then what is still missing.
  ["Changes that the relay failed to publish", republishFailed],
  ["Logs of ended runs", (ports) => audit({ ...ports, review: (items) => reviewEnded(items, ports) })],
];

async function reviewEnded(items: readonly TableItem[], ports: ReconcilePorts): Promise<string | undefined> {
  await sealForgotten(items, ports);
  return await reviewDoubts(items, ports);
}

async function wakeOverdue(ports: ReconcilePorts): Promise<void> {
  const before = new Date(ports.now() - WOKEN_AFTER).toISOString();
  for (const key of await ports.overdueDeferred(before, RECONCILE_LIMIT)) {
    ports.log.warn("A deferred message was not sent again in time; it is sent now.", { ...key });
    await ports.wake(key);
  }
}

/** Counts them again, so that the alarm of a subscriber lasts until its dead letters are resolved. */
async function countDeadLetters({ deadLettered, metrics }: ReconcilePorts): Promise<void> {
  const open = Map.groupBy(await deadLettered(MOST_COUNTED), (subscriber) => subscriber);
  for (const [subscriber, { length }] of open) metrics.count("DeadLetters", length, { subscriber });
}

async function publishOverdue(ports: ReconcilePorts): Promise<void> {
  const before = new Date(ports.now() - UNPUBLISHED_AFTER).toISOString();
  const unpublished = await ports.outbox.overdue(before, RECONCILE_LIMIT);
  if (unpublished.length === 0) return;
  ports.log.warn("Changes were not on the bus after five minutes; they are published now.", {
    count: unpublished.length,
  });
  await republish(unpublished as TableItem[], ports);
}

/** Checks due runs, the longest overdue first, until there are no more or the time is used up. */
async function advanceDue(ports: ReconcilePorts): Promise<void> {
  const began = ports.now();
  const seen = new Set<string>();
  while (ports.now() - began < TIME_FOR_RUNS) {
    const due = await ports.runs.due(new Date(began).toISOString(), RECONCILE_LIMIT);
    const unseen = due.filter(({ run }) => !seen.has(run));
    for (const { run } of unseen) {
      if (ports.now() - began >= TIME_FOR_RUNS) return;
      seen.add(run);
      await checkRun(run, ports);
    }
    // The index is eventually consistent: it may still list a run that was just postponed.
    if (due.length < RECONCILE_LIMIT || unseen.length === 0) return;
  }
}

async function checkRun(id: string, ports: ReconcilePorts): Promise<void> {
  const now = ports.now();
  const run = await ports.runs.read(id);
  if (!run) return;
  // Postponed first, so that a run that cannot be fixed does not block the others for ever.
  const keptUntil = Math.max(run.expiresAt, expiryAfter(now, ports.retentionDays));
  await ports.runs.postpone(id, new Date(nextCheck(run, now)).toISOString(), keptUntil);
  await checkAfter(run, ports).catch((error: unknown) =>
    ports.log.error("A run could not be reconciled; the next pass tries again.", {
      run: id,
      error: String(error),
    }),
  );
}

/**
 * A run that continues is checked one hour after its epoch began, and then after twice the interval each
 * time. One that has not started is counted in the meantime. A run that was started without an execution is checked at its deadline, since
 * an execution may have begun another.
 */
function nextCheck(run: RunItem, now: number): number {
  const patient = run.status === "running";
  const next = now + (patient ? Math.max(NEXT_CHECK, now - epochBegan(run)) : NEXT_CHECK);
  if (run.status === "accepted") return earlierOf(next, startDeadline(run), now);
  const until = deadlineOf(run);
  return earlierOf(next, until !== undefined && patient ? Date.parse(until) : undefined, now);
}

/** A time, or a limit before it that is still in the future. */
function earlierOf(next: number, limit: number | undefined, now: number): number {
  return limit !== undefined && limit > now ? Math.min(next, limit) : next;
}

async function checkAfter(run: RunItem, ports: ReconcilePorts): Promise<void> {
  if (run.status === "accepted") {
    if ((await endIfLate(run, ports)) !== run) return;
    await reportAccepted(run, ports);
  }
  // An execution has the deadline of the definition; a setting may allow less.
  if (run.status === "running" && isOverdue(run, ports.now())) await endRun(run, ports);
  else if (run.express && run.status === "running") await checkExpress(run, ports);
  else await checkExecution(run, ports);
  await findLostMessages(run, ports);
  await republishMissing(run.run, ports);
}

/**
 * A run that was started without an execution: it ends at its deadline, since the deadline of an execution
 * would begin later. Before that, an execution takes over if the run has no outcome: its message or its
 * report is lost, or its worker died.
 */
async function checkExpress(run: RunItem, ports: ReconcilePorts): Promise<void> {
  if (!isWithoutExecution(run)) return await checkExecution(run, ports);
  ports.log.warn("A run without an execution has no outcome in time; an execution takes over.", {
    run: run.run,
  });
  await ports.runs.change(run.run, handOver(ports.now()));
}

async function checkExecution(run: RunItem, ports: ReconcilePorts): Promise<void> {
  const name = executionName(run.run, run.epoch);
  if (run.status === "running") {
    const state = await ports.machines.look(run.workflow, name);
    const mayBeNew = state === "absent" && ports.now() - Date.parse(run.changedAt) < DESCRIBED_WITHIN;
    if (state !== "running" && !mayBeNew) return await endRun(run, ports);
  }
  if (run.status === "closing" || run.compensation?.open) await advance(run, ports);
}

async function reportAccepted(run: RunItem, ports: ReconcilePorts): Promise<void> {
  const { run: id, epoch, workflow, key } = run;
  const since = new Date(epochBegan(run)).toISOString();
  if (ports.now() - epochBegan(run) >= STARTED_AFTER) {
    const why = key === undefined ? "" : " It may be waiting for its turn.";
    ports.log.warn(`A run was accepted at ${since} and has not been started.${why}`, {
      run: id,
      epoch,
      workflow,
    });
    ports.metrics.count("RunsNotStarted", 1, { workflow });
  }
  if (isReleasedAgain(run, ports.now())) await ports.runs.change(id, release(ports.now()));
}

/** Where intake fails, each release is one more dead letter, and a run that waits for its turn needs none. */
function isReleasedAgain(run: RunItem, now: number): boolean {
  const began = epochBegan(run);
  const last = Math.max(began, Date.parse(run.released ?? run.acceptedAt));
  return now - last >= last - began;
}
