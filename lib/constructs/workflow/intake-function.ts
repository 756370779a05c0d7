import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { ENVIRONMENT } from "../../contract/environment.ts";
import { PARTITIONS } from "../../contract/partitions.ts";
import { eventReads } from "../../workflow/reads.ts";
import type { Workflow as WorkflowDefinition } from "../../workflow/workflow.ts";
import { HandlerFunction } from "../handler-function.ts";
import type { Platform } from "../platform.ts";
import type { StateTable } from "../state-table.ts";

export interface IntakeFunctionProps {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
  readonly definition: WorkflowDefinition;
  /** Content version of the workflow. */
  readonly version: string;
  readonly stateMachine: StateMachine;
  /** Names of the workflows with which it shares its limit. @default itself */
  readonly sharing?: readonly string[] | undefined;
}

/** Starts a run of a workflow for each event: `<workflow>.intake.lambda.ts`. */
export class IntakeFunction extends HandlerFunction {
  constructor(scope: Construct, id: string, props: IntakeFunctionProps) {
    const { platform, definition, version, stateMachine, sharing } = props;
    const { bundles, table, artifacts, stateMachines } = platform;
    const { name } = definition;
    super(scope, id, { code: bundles.code(`${name}.intake`), description: `${name}: event → run` });
    this.admitInto(table, definition);
    this.limitIn(table, definition, sharing);
    this.addEnvironment(ENVIRONMENT.stateMachine, stateMachine.stateMachineArn);
    this.addEnvironment(ENVIRONMENT.version, version);
    this.addEnvironment(ENVIRONMENT.eventReads, JSON.stringify(eventReads(definition)));
    artifacts.connectPayloads(this, "read and write", name);
    this.allow(["states:StartExecution"], stateMachine.stateMachineArn);
    this.allow(["states:StopExecution"], stateMachines.executionsOf(name));
  }

  /** Runs of the workflow, quarantined events, receipts and the counts of replays. */
  private admitInto(table: StateTable, { name }: WorkflowDefinition): void {
    const { runs, controls, replays, quarantine, dryRunEvent, deliveries } = PARTITIONS;
    table.connect(
      this,
      { may: ["GetItem"], of: [runs(name), controls("workflow", name), replays()] },
      { may: ["PutItem", "UpdateItem"], of: [runs(name), quarantine(name), dryRunEvent(name)] },
      { may: ["UpdateItem"], of: [deliveries()] },
      { may: ["UpdateItem"], of: [replays()], attributes: ["counts"] },
    );
  }

  /** Per-key queues, the lanes of a shared limit, and the events of batches. */
  private limitIn(
    table: StateTable,
    definition: WorkflowDefinition,
    sharing: readonly string[] = [definition.name],
  ): void {
    const { name, perKey, sharedLimit, batch } = definition;
    const { runs, keyQueues, limits, controls, batches, collected } = PARTITIONS;
    if (perKey)
      table.connect(this, { may: ["PutItem", "UpdateItem", "DeleteItem", "Query"], of: [keyQueues(name)] });
    // A held run gives its slot, or its place, back while it is held.
    if (perKey || sharedLimit) table.connect(this, { may: ["ConditionCheckItem"], of: [runs(name)] });
    if (sharedLimit) {
      const limit = sharedLimit.limit.name;
      table.connect(
        this,
        { may: ["PutItem", "UpdateItem", "DeleteItem", "Query"], of: [limits(limit)] },
        // The ends of runs with a place, of whatever workflow.
        { may: ["GetItem"], of: [controls("limit", limit), ...sharing.map((one) => runs(one))] },
      );
    }
    if (batch)
      table.connect(
        this,
        { may: ["PutItem", "Query", "BatchWriteItem"], of: [batches(name)] },
        { may: ["PutItem", "UpdateItem"], of: [collected(name)] },
      );
  }
}
