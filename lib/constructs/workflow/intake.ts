import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { ENVIRONMENT } from "../../contract/environment.ts";
import type { DeployedQueue } from "../../contract/items/subscriber.ts";
import { LEAST_INVOCATIONS } from "../../contract/step.ts";
import { HandlerFunction } from "../handler-function.ts";
import { type AcceptedRuns, connectIntake } from "./connect-intake.ts";
import { IntakeQueue, type IntakeQueueProps } from "./intake-queue.ts";
import type { StepWorker } from "./step-worker.ts";

/** Events in one invocation: most of the time, it waits for the table. */
const EVENTS = 10;

export interface IntakeProps
  extends Omit<AcceptedRuns, "stateMachine">,
    Omit<IntakeQueueProps, "intake" | "batchSize"> {
  readonly stateMachine: StateMachine;
  /** The worker that starts runs itself, without an execution, if one does. */
  readonly express: StepWorker | undefined;
}

/**
 * Creates what starts the runs of a workflow. Answers the record of its queue.
 *
 *     rule per event ─▶ queue ─▶ function ─▶ state machine
 */
export function createIntake(scope: Construct, props: IntakeProps): DeployedQueue {
  const { platform, definition, express } = props;
  const { name } = definition;
  const intake =
    express?.handler ??
    new HandlerFunction(scope, "Intake", {
      code: platform.bundles.intake(name),
      description: `${name}: event → run`,
    });
  // The machine is created after the functions that do its work.
  const stateMachine = express ? platform.stateMachines.arnOf(name) : props.stateMachine.stateMachineArn;
  connectIntake(intake, { ...props, stateMachine });
  const events = new IntakeQueue(scope, "Events", {
    ...props,
    intake,
    batchSize: Math.max(EVENTS, express?.batchSize ?? 1),
    ...(express && {
      variable: ENVIRONMENT.intakeQueue,
      maxConcurrency: express.invocations - LEAST_INVOCATIONS,
    }),
  });
  return events.deployed({ name, role: "workflow" }, events.rules);
}
