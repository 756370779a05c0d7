import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { type ExecutionRecords, executionRecords } from "../lambdas/runtime/aws/runs/execution-records.ts";
import { compensationMachine, compensationName } from "../lib/contract/keys.ts";
import { readRecording } from "../lib/contract/recording/read.ts";
import { record } from "../lib/contract/recording/record.ts";
import type { Recording } from "../lib/contract/recording/recording.ts";
import type { RunItem } from "../lib/contract/table.ts";
import { UsageError } from "./explain.ts";
import { findRun } from "./find-run.ts";
import { connect } from "./session.ts";

/** The recording of a run: read from a file, or made from the table and Step Functions. */
export async function recordedRun(runOrFile: string, command: Command): Promise<Recording> {
  if (!runOrFile.endsWith(".json")) return await recordingOf(runOrFile, command);
  const text = await readFile(runOrFile, "utf8").catch((error: Error) => {
    throw new UsageError(`${runOrFile} cannot be read: ${error.message}`);
  });
  return readRecording(text, runOrFile);
}

async function recordingOf(id: string, command: Command): Promise<Recording> {
  const { run } = await findRun(await connect(command), id);
  if (run.express && !run.execution)
    throw new UsageError(
      `Run ${id} is an express run without an execution: there is no history to replay. "millrace log ${id}" shows what it did.`,
    );
  if (!run.execution) throw new UsageError(`Run ${id} has not started: there is nothing to replay.`);
  const recording = await recordRun(run, executionRecords());
  if (recording) return recording;
  throw new UsageError(
    `The execution of ${id} no longer exists: Step Functions keeps histories for 90 days.`,
  );
}

/** Records a run that has begun; undefined if its history no longer exists. */
export async function recordRun(run: RunItem, records: ExecutionRecords): Promise<Recording | undefined> {
  const own = await records.read(run.execution!);
  const undone = await Promise.all(compensationsOf(run).map((arn) => records.read(arn)));
  return (
    own &&
    record(
      own,
      undone.filter((found) => found !== undefined),
    )
  );
}

/** ARNs of the executions that compensated a run. */
function compensationsOf({ run, workflow, execution, compensation }: RunItem): string[] {
  const machine = execution!.split(":").slice(0, -1).join(":");
  const compensating = machine.slice(0, -workflow.length) + compensationMachine(workflow);
  return Array.from(
    { length: compensation?.round ?? 0 },
    (_, round) => `${compensating}:${compensationName(run, round + 1)}`,
  );
}
