import { runKey } from "../../../lib/contract/keys/run.ts";
import type { ApprovalMessage } from "../../../lib/contract/messages/approval-message.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { memory, memoryExecutions, memoryObservation } from "../memory/memory.ts";
import { memoryDeferred, memoryQueues } from "../memory/memory-work.ts";

export const NOW = Date.parse("2026-11-21T10:00:00.000Z");

/** Asks the editor, at NOW. */
export const QUESTION = {
  taskToken: "t1",
  run: { id: "r", workflow: "w", epoch: 1, version: "v", event: "e", correlation: "c", hops: 0 },
  approval: "editor",
  path: "editor",
  entered: "2026-11-21T10:00:00.000Z",
  attempt: 1,
  level: 1,
  within: 60_000,
} satisfies Partial<ApprovalMessage>;

/** Ports in memory for the approvals of the run "r", which is running. `start` in epoch milliseconds. */
export function approvalHarness(start: number) {
  const clock = { now: start };
  const state = memory(() => clock.now);
  const machines = memoryExecutions();
  const queues = memoryQueues();
  const ports = {
    approvals: state.approvals,
    executions: machines.executions,
    startConditions: state.startConditions,
    deferred: memoryDeferred(state),
    wakeups: queues.wakeups,
    retentionDays: 90,
    owner: "delivery",
    now: () => clock.now,
    ...memoryObservation(),
  };
  const note = (item: Partial<RunItem> = {}) =>
    state.put({ ...runKey("r"), kind: "run", run: "r", epoch: 1, status: "running", ...item } as RunItem);
  note();
  return { clock, state, machines, queues, ports, note };
}
