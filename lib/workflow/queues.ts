import { compile } from "./compile.ts";
import { nodesIn } from "./graph.ts";
import type { EachNode } from "./nodes/each.ts";
import { isLarge } from "./nodes/large-list.ts";
import { plan } from "./plan.ts";
import type { Workflow } from "./workflow.ts";

/**
 * Whether a workflow's state machine sends to the queue of waits: for events, children, or from branch to
 * branch.
 */
export function waits(workflow: Workflow): boolean {
  return queuesOf(workflow).has("wait");
}

/** Whether a workflow's state machine asks people: for an approval, or because a step cannot decide. */
export function asksPeople(workflow: Workflow): boolean {
  return queuesOf(workflow).has("approval");
}

/** Whether a workflow processes lists in parts, by distributed Maps. */
export function hasLargeLists(workflow: Workflow): boolean {
  return nodesIn(plan(workflow).block).some((node) => node.kind === "each" && isLarge(node as EachNode));
}

type Queue = "approval" | "wait";

/** The queues that a state machine uses, in addition to those of its steps. */
function queuesOf(workflow: Workflow): ReadonlySet<Queue> {
  const named = new Set<Queue>();
  const name = (queue: Queue) => {
    named.add(queue);
    return queue;
  };
  compile(workflow, {
    queueUrl: (step) => step,
    get approvalQueueUrl() {
      return name("approval");
    },
    get waitQueueUrl() {
      return name("wait");
    },
  });
  return named;
}
