import { compensationMachine, compensationName, executionName } from "../../../lib/contract/keys.ts";
import type { DeferredItem, RunItem } from "../../../lib/contract/table.ts";
import type { EndPorts } from "./ports.ts";
import { missingTasks, type OpenTask } from "./progress.ts";

export interface LostMessagePorts extends EndPorts {
  /** What is deferred of a run. */
  deferredOf(run: string): Promise<DeferredItem[]>;
  /** Whether a workflow is open: neither paused nor drained. */
  isOpen(workflow: string): Promise<boolean>;
  /** Has a message sent again that may be lost. */
  sendMissing(task: OpenTask): Promise<void>;
}

/**
 * Compares what the executions of a run wait for with its claims, its deferred messages and its dead letters, and has what
 * nothing accounts for sent again. Without this, a message that was deleted or has expired would hang its run until the
 * deadline.
 */
export async function findLostMessages(run: RunItem, ports: LostMessagePorts): Promise<void> {
  const tasks = await openTasksOf(run, ports);
  if (tasks.length === 0) return;
  const known = {
    run,
    claims: await ports.effects.of(run.run),
    deferred: await ports.deferredOf(run.run),
    paused: run.paused !== undefined || !(await ports.isOpen(run.workflow)),
  };
  for (const task of missingTasks(tasks, known, ports.now())) await ports.sendMissing(task);
}

async function openTasksOf(run: RunItem, { machines }: LostMessagePorts): Promise<OpenTask[]> {
  const { run: id, workflow, epoch, status, compensation } = run;
  const open = async (machine: string, name: string) =>
    // What an execution waited for when it was stopped is not awaited any more.
    (await machines.look(machine, name)) === "running" ? await machines.openTasks(machine, name) : [];
  return [
    ...(status === "running" ? await open(workflow, executionName(id, epoch)) : []),
    ...(compensation?.open
      ? await open(compensationMachine(workflow), compensationName(id, compensation.round))
      : []),
  ];
}
