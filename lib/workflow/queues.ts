import { walkOrder } from "./arrange.ts";
import type { Order } from "./graph.ts";
import { isLarge } from "./nodes/each/large-list.ts";
import { kindOf } from "./nodes/index.ts";
import type { Queue } from "./nodes/kind.ts";
import { plan } from "./plan.ts";
import { blocksIn, nodesIn } from "./traverse.ts";
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

/** Whether a workflow processes lists in parts, by distributed Maps. */
export function hasLargeLists(workflow: Workflow): boolean {
  return nodesIn(plan(workflow).block).some((node) => node.kind === "each" && isLarge(node));
}

/** The queues to which a state machine sends, in addition to those of its steps. */
function queuesOf(workflow: Workflow): ReadonlySet<Queue> {
  const { cancelOn, block } = plan(workflow);
  const parts = blocksIn(block).flatMap(({ order }) => (order ? [...walkOrder(order)] : []));
  return new Set<Queue>([
    ...cancelOn.map(() => "wait" as const),
    ...parts.flatMap(({ kind }) => QUEUES_OF_ORDER[kind]),
    ...nodesIn(block).flatMap((node) => kindOf(node).queues(node)),
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
