import { compileCompensation } from "./compensation.ts";
import { compile } from "./compile.ts";
import { undoStepsOf } from "./plan.ts";
import type { StateMachine } from "./states.ts";
import { SYMBOLIC } from "./symbolic.ts";
import type { Workflow } from "./workflow.ts";

/**
 * The state machines of a workflow's current definition, with names for addresses: that of its runs, and that
 * of its compensations.
 */
export function currentMachines(workflow: Workflow): Record<"run" | "compensation", StateMachine> {
  return {
    run: compile(workflow, SYMBOLIC),
    compensation: compileCompensation(workflow.name, undoStepsOf(workflow), SYMBOLIC),
  };
}
