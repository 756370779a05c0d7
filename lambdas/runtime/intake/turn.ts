import { AGAIN, optimistically } from "../../../lib/contract/optimistic.ts";
import type { StartLimits } from "../../../lib/contract/per-key.ts";
import { executionName, parseExecutionName } from "../../../lib/contract/runs/execution-name.ts";
import { isEnded, type RunItem } from "../../../lib/contract/table.ts";
import { endIfLate, type StartDeadlinePorts } from "../completion/start-deadline.ts";
import type { Now } from "../ports/clock.ts";
import type { Runs } from "../ports/runs.ts";
import type { Arrival } from "./burst.ts";
import { type HoldPorts, heldBack } from "./held-back.ts";
import { planKeyQueue, type QueuedRunState, withoutSlots } from "./key-queue.ts";
import { type LaunchPorts, launch } from "./launch.ts";
import type { KeyQueue, KeyQueues, Reminders } from "./ports.ts";
import { orderOf } from "./turn-order.ts";

export interface TurnPorts extends LaunchPorts, HoldPorts, StartDeadlinePorts {
  runs: Pick<Runs, "started" | "startedExpress" | "hold" | "read" | "end" | "change">;
  keyQueues: KeyQueues;
  reminders: Reminders;
  now: Now;
}

/** The state of a run in its per-key queue. */
export type Turn = "started" | "waits" | "passed" | "throttled";

/** A run that has a key. */
export type KeyedRun = RunItem & { key: string };

/**
 * A per-key queue after the next runs were started, except those that a pause or drain of their workflow
 * holds back.
 */
export interface MovedKeyQueue extends KeyQueue {
  held: string[];
  /** Those that have a slot, and wait for a place in a shared limit. */
  limited: string[];
}

/** The position of an epoch of a run among those of its key: epochs of a run never share a slot. */
export function arrivalOf(run: RunItem, epoch: number): Arrival {
  const execution = executionName(run.run, epoch);
  return { execution, order: orderOf(run, execution) };
}

/**
 * Starts the runs whose turn it is. A run that is held back releases its slot, since it joins the queue again
 * after its release, and no other run moves up. Runs that do not wait in the queue keep their slots.
 */
export async function moveUp(
  key: string,
  limits: StartLimits | ((keyQueue: KeyQueue) => Promise<StartLimits>),
  ports: TurnPorts,
  find: (key: string) => Promise<KeyQueue> = ports.keyQueues.read,
): Promise<MovedKeyQueue | "throttled"> {
  const over = new Set<string>();
  return await optimistically(async () => {
    const found = await find(key);
    const keyQueue = { ...found, queued: found.queued.filter(({ execution }) => !over.has(execution)) };
    const runs = await runsOf(keyQueue.running, ports);
    const stateOf = (execution: string) => queuedRunState(execution, runs.get(execution));
    const current = typeof limits === "function" ? await limits(keyQueue) : limits;
    const plan = planKeyQueue(keyQueue, stateOf, current, ports.now());
    const begun = await startAll(key, plan.start, runs, ports);
    if (begun === "throttled") return "throttled";
    for (const execution of plan.leaving) {
      const run = runs.get(execution);
      if (run) await ports.keyQueues.unqueue(key, arrivalOf(run, parseExecutionName(execution).epoch));
    }
    const { held } = begun;
    if (held.length > 0 && current.wait) {
      const holding = held.map((execution) => runs.get(execution)!);
      if (await ports.keyQueues.writeWhileHeld(key, withoutSlots(keyQueue, held), holding))
        return { ...keyQueue, ...begun };
      return AGAIN;
    }
    if (!plan.next) return { ...keyQueue, ...begun };
    // A slow delivery may have queued a run that was started before. Such a run would use up a start. A run
    // that is started after this read has changed the queue, and the write below fails.
    const obsolete = await notAccepted(keyQueue, plan.next.running, ports);
    if (obsolete.length > 0) {
      for (const { execution } of obsolete) over.add(execution);
      await Promise.all(obsolete.map((entry) => ports.keyQueues.unqueue(key, entry)));
      return AGAIN;
    }
    // Sent before it is recorded: after a crash in between it is sent twice, never not at all.
    const { lookAt } = plan.next;
    if (lookAt !== undefined && lookAt !== keyQueue.lookAt) await ports.reminders.lookAgain(key, lookAt);
    await ports.keyQueues.write(key, { ...keyQueue, ...plan.next });
    return AGAIN;
  });
}

type RunsByExecution = ReadonlyMap<string, RunItem | undefined>;

/** Starts runs that have a slot. Each leaves the queue, even if it is held back or waits for a place. */
async function startAll(
  key: string,
  executions: readonly string[],
  runs: RunsByExecution,
  ports: TurnPorts,
): Promise<Pick<MovedKeyQueue, "held" | "limited"> | "throttled"> {
  const held: string[] = [];
  const limited: string[] = [];
  for (const execution of executions) {
    const run = runs.get(execution)!;
    if (await heldBack(run, ports)) held.push(execution);
    else {
      const launched = await launch(run, ports);
      if (launched === "throttled") return "throttled";
      if (launched === "waits") limited.push(execution);
    }
    await ports.keyQueues.unqueue(key, arrivalOf(run, run.epoch));
  }
  return { held, limited };
}

/** Whether no run waits and no start counts: then the values of the limits do not matter. */
export function isIdle({ queued, starts }: KeyQueue): boolean {
  return queued.length === 0 && starts.length === 0;
}

/** Whether an epoch of a run was started, according to its per-key queue. */
export function hasStarted({ running, held, limited }: MovedKeyQueue, execution: string): boolean {
  return running.includes(execution) && !held.includes(execution) && !limited.includes(execution);
}

/** The entries of runs that would get a slot, but no longer wait for one. */
async function notAccepted(
  { running, queued }: KeyQueue,
  next: readonly string[],
  ports: TurnPorts,
): Promise<KeyQueue["queued"]> {
  const moving = queued.filter(({ execution }) => next.includes(execution) && !running.includes(execution));
  const checked = await Promise.all(
    moving.map(async (entry) => {
      const state = queuedRunState(entry.execution, await runOf(entry.execution, ports));
      return state === "accepted" ? [] : [entry];
    }),
  );
  return checked.flat();
}

async function runsOf(executions: readonly string[], ports: TurnPorts): Promise<RunsByExecution> {
  return new Map(await Promise.all(executions.map(async (one) => [one, await runOf(one, ports)] as const)));
}

async function runOf(execution: string, ports: TurnPorts): Promise<RunItem | undefined> {
  const run = await ports.runs.read(parseExecutionName(execution).run);
  return run && (await endIfLate(run, ports));
}

/** An epoch is over when the run has begun the next: its retry needs a slot of its own. */
function queuedRunState(execution: string, run: RunItem | undefined): QueuedRunState {
  if (!run || run.epoch !== parseExecutionName(execution).epoch) return "ended";
  if (isEnded(run.status)) return "ended";
  return run.status === "accepted" ? "accepted" : "running";
}

/** Ends epochs of runs that will not run. */
export async function pass(
  executions: string[],
  failure: { error: string; cause: string },
  ports: TurnPorts,
): Promise<void> {
  for (const execution of executions) {
    const { run, epoch } = parseExecutionName(execution);
    await ports.runs.end(run, epoch, { status: "terminated", failure });
  }
}
