import { ENVIRONMENT } from "../../contract/environment.ts";
import { PARTITIONS } from "../../contract/partitions.ts";
import type { DurableQueue } from "../durable-queue.ts";
import type { HandlerFunction } from "../handler-function.ts";
import type { StateTable } from "../state-table.ts";
import type { StepWorker } from "./step-worker.ts";

/** What the end of a successful run writes, and what it depends on: see `tableRunEnds`. */
const ENDING = [
  "status",
  "output",
  "endedAt",
  "changedAt",
  "revision",
  "found",
  "due",
  "dueAt",
  "stuck",
  "held",
  "epoch",
  "execution",
  "compensation",
];

/**
 * Lets intake send the runs of a workflow to its worker, as the state machine would. The worker ends them, or
 * asks intake for an execution.
 */
export function connectExpress(
  { handler, queue: { queue: work } }: StepWorker,
  intake: HandlerFunction,
  { queue: events }: DurableQueue,
  table: StateTable,
  workflow: string,
): void {
  table.connect(intake, { may: ["GetItem"], of: [PARTITIONS.releases()] });
  intake.allow(["sqs:SendMessage"], work.queueArn);
  intake.addEnvironment(ENVIRONMENT.expressQueue, work.queueUrl);
  table.connect(handler, { may: ["UpdateItem"], of: [PARTITIONS.runs(workflow)], attributes: ENDING });
  handler.allow(["sqs:SendMessage"], events.queueArn);
  handler.addEnvironment(ENVIRONMENT.intakeQueue, events.queueUrl);
}
