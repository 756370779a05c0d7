import { asksPeople, compile, usesWaitQueue, type Workflow } from "../../lib/index.ts";
import { bindings } from "./sample.ts";

/** The shared queues of a workflow: those that its plan names, and those to which its state machine sends. */
export function queuesOf(workflow: Workflow) {
  const machine = JSON.stringify(compile(workflow, bindings));
  return {
    planned: { approval: asksPeople(workflow), wait: usesWaitQueue(workflow) },
    sent: {
      approval: machine.includes(bindings.approvalQueueUrl),
      wait: machine.includes(bindings.waitQueueUrl),
    },
  };
}
