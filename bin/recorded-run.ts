import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { type ExecutionRecords, executionRecords } from "../lambdas/runtime/aws/runs/execution-records.ts";
import { readRecording } from "../lib/contract/recording/read.ts";
import { type ExecutionRecord, record } from "../lib/contract/recording/record.ts";
import type { Recording } from "../lib/contract/recording/recording.ts";
import { compensationName } from "../lib/contract/runs/execution-name.ts";
import { compensationMachine } from "../lib/contract/runs/state-machine-name.ts";
import type { RunItem } from "../lib/contract/table.ts";
import { UsageError, unreadable } from "./explain.ts";
import { findRun } from "./find-run.ts";
import { recordExpress } from "./recorded-express.ts";
import { rerun } from "./rerun.ts";
import { connect } from "./session.ts";

/** The recording of a run: read from a file, or made from the table and Step Functions. */
export async function recordedRun(runOrFile: string, command: Command): Promise<Recording> {
  if (!runOrFile.endsWith(".json")) return await recordingOf(runOrFile, command);
  const text = await readFile(runOrFile, "utf8").catch((error: Error) => {
    throw new UsageError(unreadable(runOrFile, error));
  });
  return readRecording(text, runOrFile);
}

async function recordingOf(id: string, command: Command): Promise<Recording> {
  const session = await connect(command);
  const details = await findRun(session, id);
  const { run } = details;
  const { stack } = command.optsWithGlobals<{ stack: string }>();
  const records = executionRecords();
  const own = isBegunExpress(run) ? await recordExpress(details, { ...session, stack, rerun }) : undefined;
  if (!own && !run.execution)
    throw new UsageError(`Run ${run.run} has not started: there is nothing to replay.`);
  const recording = await recordRun(run, records, own);
  if (recording) return recording;
  throw new UsageError(
    `The execution of ${run.run} no longer exists: Step Functions keeps histories for 90 days.`,
  );
}

/** Whether a run has begun without an execution, and was not handed over to one. */
function isBegunExpress({ express, execution, status }: RunItem): boolean {
  return express !== undefined && execution === undefined && status !== "accepted";
}

/**
 * Records a run that has begun, with the record of its execution, if that is known; undefined if its history
 * no longer exists.
 */
export async function recordRun(
  run: RunItem,
  records: ExecutionRecords,
  known?: ExecutionRecord,
): Promise<Recording | undefined> {
  const own = known ?? (await records.read(run.execution!));
  if (!own) return undefined;
  const undone = await Promise.all(compensationsOf(run, own).map((arn) => records.read(arn)));
  return record(
    own,
    undone.filter((found) => found !== undefined),
  );
}

/** ARNs of the executions that compensated a run. */
function compensationsOf(
  { run, workflow, compensation }: RunItem,
  { stateMachineArn }: Pick<ExecutionRecord, "stateMachineArn">,
): string[] {
  const executions = stateMachineArn.replace(":stateMachine:", ":execution:");
  const compensating = executions.slice(0, -workflow.length) + compensationMachine(workflow);
  return Array.from(
    { length: compensation?.round ?? 0 },
    (_, round) => `${compensating}:${compensationName(run, round + 1)}`,
  );
}
