import type { Construct } from "constructs";
import { ENVIRONMENT } from "../../contract/environment.ts";
import type { DeployedQueue } from "../../contract/items/subscriber.ts";
import { mayLeaveWork } from "../../workflow/leaves-work.ts";
import { plan } from "../../workflow/plan.ts";
import { connectExpress } from "./express.ts";
import { IntakeFunction, type IntakeFunctionProps } from "./intake-function.ts";
import { IntakeQueue, type IntakeQueueProps } from "./intake-queue.ts";
import type { StepWorker } from "./step-worker.ts";

export interface IntakeProps extends IntakeFunctionProps, Omit<IntakeQueueProps, "intake"> {
  /** The worker to which runs are sent without an execution, if they are. */
  readonly express: StepWorker | undefined;
}

/**
 * Creates what starts the runs of a workflow. Answers the record of its queue.
 *
 *     rule per event ─▶ queue ─▶ function ─▶ state machine
 */
export function createIntake(scope: Construct, props: IntakeProps): DeployedQueue {
  const { platform, definition, express } = props;
  const intake = new IntakeFunction(scope, "Intake", props);
  const events = new IntakeQueue(scope, "Events", { ...props, intake });
  if (express) connectExpress(express, intake, events, platform.table, definition.name);
  if (!mayLeaveWork(plan(definition))) intake.addEnvironment(ENVIRONMENT.leavesNothing, "true");
  return events.deployed({ name: definition.name, role: "workflow" }, events.rules);
}
