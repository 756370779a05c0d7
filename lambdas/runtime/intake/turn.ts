import { executionName, parseExecutionName } from "../../../lib/contract/keys.ts";
import { isEnded, type RunItem } from "../../../lib/contract/table.ts";
import type { Now, Runs } from "../ports.ts";
import type { Arrival } from "./burst.ts";
import { type HoldPorts, heldBack } from "./held-back.ts";
import { planKeyQueue, type QueuedRunState } from "./key-queue.ts";
import { type LaunchPorts, launch } from "./launch.ts";
import type { KeyQueue, KeyQueues, Reminders } from "./ports.ts";

export interface TurnPorts extends LaunchPorts, HoldPorts {
  runs: Pick<Runs, "started" | "hold" | "read" | "end">;
  keyQueues: KeyQueues;
  reminders: Reminders;
  now: Now;
}

/** How a run of a key came out for now. */
export type Turn = "started" | "waits" | "passed" | "throttled";

/** A run that has a key. */
export type KeyedRun = RunItem & { key: string };

/** A per-key queue after the runs whose turn it is were started, except those that their workflow's pause or drain holds back. */
export interface MovedKeyQueue extends KeyQueue {
  held: string[];
}

/** Where an epoch of a run belongs among those of its key: epochs of a run never share a place. */
export function arrivalOf({ run, event }: RunItem, epoch: number): Arrival {
  const execution = executionName(run, epoch);
  return { execution, order: `${new Date(event.time).toISOString()}#${event.id}#${execution}` };
}

/** Starts the runs whose turn it is. */
export async function moveUp(
  key: string,
  atOnce: number,
  ports: TurnPorts,
  find: (key: string) => Promise<KeyQueue> = ports.keyQueues.read,
): Promise<MovedKeyQueue | "throttled"> {
  for (;;) {
    const keyQueue = await find(key);
    const runs = new Map(
      await Promise.all(keyQueue.running.map(async (place) => [place, await runOf(place, ports)] as const)),
    );
    const plan = planKeyQueue(keyQueue, (place) => queuedRunState(place, runs.get(place)), atOnce);
    const held: string[] = [];
    for (const place of plan.start) {
      const run = runs.get(place)!;
      if (await heldBack(run, ports)) held.push(place);
      else if ((await launch(run, ports)) === "throttled") return "throttled";
      await ports.keyQueues.unqueue(key, arrivalOf(run, run.epoch));
    }
    for (const place of plan.leaving) {
      const run = runs.get(place);
      if (run) await ports.keyQueues.unqueue(key, arrivalOf(run, parseExecutionName(place).epoch));
    }
    if (!plan.running) return { ...keyQueue, held };
    await ports.keyQueues.write(key, { ...keyQueue, running: plan.running });
  }
}

/** Whether an epoch of a run was started, as far as its per-key queue says. */
export function hasStarted({ running, held }: MovedKeyQueue, execution: string): boolean {
  return running.includes(execution) && !held.includes(execution);
}

async function runOf(place: string, { runs }: TurnPorts): Promise<RunItem | undefined> {
  return await runs.read(parseExecutionName(place).run);
}

/** An epoch is over for good once the run has begun the next: its retry needs a place of its own. */
function queuedRunState(place: string, run: RunItem | undefined): QueuedRunState {
  if (!run || run.epoch !== parseExecutionName(place).epoch) return "ended";
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
