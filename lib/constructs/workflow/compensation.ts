import { Construct } from "constructs";
import { compensationMachine } from "../../contract/runs/state-machine-name.ts";
import type { StepSpec } from "../../contract/step.ts";
import { compileCompensation } from "../../workflow/compensation.ts";
import type { StateMachines } from "../state-machines.ts";
import { Coordinator } from "./coordinator.ts";
import type { StepWorker } from "./step-worker.ts";

export interface CompensationProps {
  readonly workflow: string;
  readonly stateMachines: StateMachines;
  /** The steps that undo others. */
  readonly steps: readonly StepSpec[];
  readonly workers: ReadonlyMap<string, StepWorker>;
}

/** The state machine that undoes the steps of a workflow's runs. The completion handler starts it. */
export class Compensation extends Construct {
  constructor(scope: Construct, id: string, props: CompensationProps) {
    super(scope, id);
    const { workflow, stateMachines, steps, workers } = props;
    const machine = compensationMachine(workflow);
    const undoing = new Map(steps.map(({ name }) => [name, workers.get(name)!]));
    const all = new Set(undoing.values());
    new Coordinator(this, "Coordinator", {
      stateMachineName: stateMachines.nameOf(machine),
      machine: compileCompensation(workflow, steps, {
        queueUrl: (step) => undoing.get(step)!.queue.queue.queueUrl,
      }),
      queues: [...all].map(({ queue }) => queue.queue),
    });
    // By its name, since the state machine is created after the functions.
    for (const { handler } of all)
      handler.allow(["states:SendTaskSuccess", "states:SendTaskFailure"], stateMachines.arnOf(machine));
  }
}
