import { walkOrder } from "./arrange.ts";
import type { Order } from "./graph.ts";
import { needsIn } from "./needs.ts";
import type { Queue } from "./nodes/kind.ts";
import { plan } from "./plan.ts";
import { blocksIn } from "./traverse.ts";
import type { Workflow } from "./workflow.ts";

/**
 * Whether a workflow's state machine sends to the queue of waits: for events, children, or from branch to
 * branch.
 */
export function usesWaitQueue(workflow: Workflow): boolean {
  return queuesOf(workflow).has("wait");
}

/** Whether a workflow's state machine asks people: for an approval, or because a step cannot decide. */
export function asksPeople(workflow: Workflow): boolean {
  return queuesOf(workflow).has("approval");
}

/** Whether a workflow's state machine has child executions: of the parts of long lists. */
export function hasChildExecutions(workflow: Workflow): boolean {
  return needsIn(plan(workflow).block).some(({ childExecutions }) => childExecutions);
}

/** The queues to which a state machine sends, in addition to those of its steps. */
function queuesOf(workflow: Workflow): ReadonlySet<Queue> {
  const { cancelOn, block } = plan(workflow);
  const parts = blocksIn(block).flatMap(({ order }) => (order ? [...walkOrder(order)] : []));
  return new Set<Queue>([
    ...cancelOn.map(() => "wait" as const),
    ...parts.flatMap(({ kind }) => QUEUES_OF_ORDER[kind]),
    ...needsIn(block).flatMap(({ queues = [] }) => queues),
  ]);
}

/** Branches wait for each other by the queue of waits. */
const QUEUES_OF_ORDER: Record<Order["kind"], readonly Queue[]> = {
  node: [],
  sequence: [],
  parallel: [],
  group: [],
  wait: ["wait"],
  signal: ["wait"],
};
