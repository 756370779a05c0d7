import { ENVIRONMENT } from "../../contract/environment.ts";
import { PARTITIONS } from "../../contract/partitions.ts";
import { mayLeaveWork } from "../../workflow/leaves-work.ts";
import { plan } from "../../workflow/plan.ts";
import { eventReads } from "../../workflow/reads.ts";
import type { Workflow as WorkflowDefinition } from "../../workflow/workflow.ts";
import type { HandlerFunction } from "../handler-function.ts";
import type { Platform } from "../platform.ts";
import type { StateTable } from "../state-table.ts";

export interface AcceptedRuns {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
  readonly definition: WorkflowDefinition;
  /** Content version of the workflow. */
  readonly version: string;
  /** ARN of its state machine. */
  readonly stateMachine: string;
}

/** Lets a function start a run of a workflow for each event: `<workflow>.intake.lambda.ts`. */
export function connectIntake(intake: HandlerFunction, props: AcceptedRuns): void {
  const { platform, definition, version, stateMachine } = props;
  const { table, artifacts, stateMachines } = platform;
  const { name } = definition;
  admitInto(table, intake, definition);
  limitIn(table, intake, definition);
  intake.addEnvironment(ENVIRONMENT.stateMachine, stateMachine);
  intake.addEnvironment(ENVIRONMENT.version, version);
  intake.addEnvironment(ENVIRONMENT.eventReads, JSON.stringify(eventReads(definition)));
  if (!mayLeaveWork(plan(definition))) intake.addEnvironment(ENVIRONMENT.leavesNothing, "true");
  artifacts.connectPayloads(intake, "read and write", name);
  intake.allow(["states:StartExecution"], stateMachine);
  intake.allow(["states:StopExecution"], stateMachines.executionsOf(name));
}

/** Runs of the workflow, quarantined events, receipts and the counts of replays. */
function admitInto(table: StateTable, intake: HandlerFunction, { name }: WorkflowDefinition): void {
  const { runs, controls, replays, quarantine, dryRunEvent, deliveries } = PARTITIONS;
  table.connect(
    intake,
    { may: ["GetItem"], of: [runs(name), controls("workflow", name), replays()] },
    { may: ["PutItem", "UpdateItem"], of: [runs(name), quarantine(name), dryRunEvent(name)] },
    { may: ["UpdateItem"], of: [deliveries()] },
    { may: ["UpdateItem"], of: [replays()], attributes: ["counts"] },
  );
}

/** Per-key queues, the lanes of a shared limit, and the events of batches. */
function limitIn(table: StateTable, intake: HandlerFunction, definition: WorkflowDefinition): void {
  const { name, perKey, sharedLimit, batch } = definition;
  const { runs, keyQueues, limits, controls, batches, collected } = PARTITIONS;
  if (perKey)
    table.connect(intake, { may: ["PutItem", "UpdateItem", "DeleteItem", "Query"], of: [keyQueues(name)] });
  // A held run gives its slot, or its place, back while it is held.
  if (perKey || sharedLimit) table.connect(intake, { may: ["ConditionCheckItem"], of: [runs(name)] });
  if (sharedLimit) {
    const limit = sharedLimit.limit.name;
    table.connect(
      intake,
      { may: ["PutItem", "UpdateItem", "DeleteItem", "Query"], of: [limits(limit)] },
      // The ends of runs with a place, of whatever workflow: one that has left the limit may still have some.
      { may: ["GetItem"], of: [controls("limit", limit), runs()] },
    );
  }
  if (batch)
    table.connect(
      intake,
      { may: ["PutItem", "Query", "BatchWriteItem"], of: [batches(name)] },
      { may: ["PutItem", "UpdateItem"], of: [collected(name)] },
    );
}
