import { type ItemKey, keyText } from "../../../lib/contract/keys/item-key.ts";
import type { Release } from "../../../lib/contract/messages/command.ts";
import { compensationName, executionName } from "../../../lib/contract/runs/execution-name.ts";
import { compensationMachine } from "../../../lib/contract/runs/state-machine-name.ts";
import type { DeferredItem, RunItem, TableItem } from "../../../lib/contract/table.ts";
import { hasEnded } from "../runs/transitions.ts";
import { arrivalKeys, childrenOf, leavesItem } from "./arrivals.ts";
import type { HeldPorts } from "./held.ts";
import type { EndPorts } from "./ports.ts";
import { missingTasks, type OpenTask, overdueTasks } from "./progress.ts";

export interface LostMessagePorts extends EndPorts, Pick<HeldPorts, "isActive"> {
  /** The deferred messages of a run. */
  deferredOf(run: string): Promise<DeferredItem[]>;
  /** Those of the items that exist, read consistently. The keys must be distinct. */
  items(keys: readonly ItemKey[]): Promise<TableItem[]>;
  /** Sends a message again that may be lost. */
  sendMissing(task: OpenTask): Promise<void>;
  /** Sends the messages that a pause deferred again. */
  release(target: Release["target"]): Promise<void>;
}

/**
 * Compares the messages that the executions of a run wait for with its claims, waits, approvals, deferred
 * messages and dead letters, and sends again those that none of these explains. Without this, a message that
 * was deleted or has expired would block its run until the deadline. Messages deferred by a pause that is
 * over are released: the action that resumed the run may have stopped halfway.
 */
export async function findLostMessages(run: RunItem, ports: LostMessagePorts): Promise<void> {
  const tasks = overdueTasks(await openTasksOf(run, ports), ports.now());
  if (tasks.length === 0) return;
  const deferred = await ports.deferredOf(run.run);
  const known = {
    run,
    deferred,
    ...(await traces(tasks, ports)),
    claims: await ports.effects.of(run.run),
    paused: run.paused !== undefined || !(await ports.isActive("workflow", run.workflow)),
  };
  for (const task of missingTasks(tasks, known, ports.now())) await ports.sendMissing(task);
  if (!run.paused && deferred.some(({ reason }) => reason === "run paused"))
    await ports.release({ run: run.run });
}

/** The items that waits and approvals have left, and the called runs that have ended. */
async function traces(tasks: readonly OpenTask[], { items, runs }: LostMessagePorts) {
  const messages = tasks.map(({ message }) => message).filter(leavesItem);
  const called = messages.flatMap((message) =>
    "kind" in message && message.kind === "child" ? childrenOf(message) : [],
  );
  const ended = new Set<string>();
  for (const child of called) {
    const item = await runs.read(child);
    if (item && hasEnded(item)) ended.add(child);
  }
  const keys = [...new Map(messages.flatMap(arrivalKeys).map((key) => [keyText(key), key])).values()];
  return { items: keys.length > 0 ? await items(keys) : [], hasEnded: (child: string) => ended.has(child) };
}

async function openTasksOf(run: RunItem, { machines }: LostMessagePorts): Promise<OpenTask[]> {
  const { run: id, workflow, epoch, status, compensation } = run;
  const open = async (machine: string, name: string) =>
    // A message that an execution waited for when it was stopped is not needed any more.
    (await machines.look(machine, name)) === "running" ? await machines.openTasks(machine, name) : [];
  return [
    ...(status === "running" ? await open(workflow, executionName(id, epoch)) : []),
    ...(compensation?.open
      ? await open(compensationMachine(workflow), compensationName(id, compensation.round))
      : []),
  ];
}
