import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import { DurableQueue } from "./durable-queue.ts";
import type { EventBus } from "./event-bus.ts";
import type { HandlerBundles } from "./handler-bundles.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { StateTable } from "./state-table.ts";

export interface FinisherProps {
  readonly bundles: HandlerBundles;
  readonly table: StateTable;
  readonly bus: EventBus;
  /** ARNs of the state machines whose executions are runs. */
  readonly stateMachines: readonly string[];
  /** ARN patterns of those executions. */
  readonly executions: readonly string[];
}

/**
 * Notes the end of runs. Step Functions tells it by an event, best effort; a sweep finds what was not told, and
 * changes that did not reach the bus.
 */
export class Finisher extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { bundles, table, bus, stateMachines, executions }: FinisherProps,
  ) {
    super(scope, id);
    const finish = new HandlerFunction(this, "Finish", {
      code: bundles.ownCode("finish"),
      description: "Notes the end of runs",
    });
    table.connect(finish, "UpdateItem", "Query");
    finish.allow(["states:DescribeExecution"], ...executions);
    new DurableQueue(this, "Endings", { consumer: finish, batchSize: 10 }).subscribe("Ended", {
      description: "End of an execution → finish",
      eventPattern: {
        source: ["aws.states"],
        detailType: ["Step Functions Execution Status Change"],
        detail: {
          stateMachineArn: [...stateMachines],
          status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
        },
      },
    });

    const sweep = new HandlerFunction(this, "Sweep", {
      code: bundles.ownCode("sweep"),
      description: "Finds runs and changes that the fast way missed",
      timeout: Duration.minutes(2),
    });
    table.connect(sweep, "GetItem", "UpdateItem", "Query");
    table.connectIndex(sweep, "due");
    table.connectIndex(sweep, "unpublished");
    bus.connect(sweep);
    sweep.allow(["states:DescribeExecution"], ...executions);
    new Rule(this, "Sweeping", {
      description: "Every five minutes → sweep",
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaFunction(sweep.function, { retryAttempts: 2 })],
    });
  }
}
