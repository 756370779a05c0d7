import { SYMBOLIC } from "./bindings.ts";
import { compileCompensation } from "./compensation.ts";
import { compile } from "./compile.ts";
import { undoStepsOf } from "./composition.ts";
import type { StateMachine } from "./states.ts";
import type { Workflow } from "./workflow.ts";

/** A definition does not change after it is made, so its state machine is compiled once. */
const known = new WeakMap<Workflow, StateMachine>();

/** The state machine of a workflow's current definition, with names for addresses. */
export function currentMachine(workflow: Workflow): StateMachine {
  const machine = known.get(workflow) ?? compile(workflow, SYMBOLIC);
  known.set(workflow, machine);
  return machine;
}

/** The state machines of a workflow's current definition: of its runs and of its compensations. */
export function currentMachines(workflow: Workflow): Record<"run" | "compensation", StateMachine> {
  return {
    run: currentMachine(workflow),
    compensation: compileCompensation(workflow.name, undoStepsOf(workflow), SYMBOLIC),
  };
}
