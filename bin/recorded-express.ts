import { STORED_IN_ITEM } from "../lambdas/runtime/completion/fit-output.ts";
import { readIfThere } from "../lambdas/runtime/model/artifact-records.ts";
import type { Artifacts } from "../lambdas/runtime/ports/files.ts";
import type { RunDetails } from "../lambdas/runtime/ports/readers.ts";
import { isReference, REFERENCE_KEY } from "../lib/contract/payload.ts";
import { expressRecord, expressRequest } from "../lib/contract/recording/express.ts";
import { detailsOf, type HistoryEvent } from "../lib/contract/recording/history.ts";
import type { ExecutionRecord } from "../lib/contract/recording/record.ts";
import { stateMachineName } from "../lib/contract/runs/state-machine-name.ts";
import type { RunItem } from "../lib/contract/table.ts";
import { UsageError } from "./explain.ts";
import type { rerun } from "./rerun.ts";
import type { Session } from "./session.ts";

export interface ExpressSources {
  stack: string;
  release: Session["release"];
  artifacts: Pick<Artifacts, "get">;
  rerun: typeof rerun;
}

/** The record of an express run without an execution: its state machine, answered with the results in its claims. */
export async function recordExpress(
  { run, claims }: RunDetails,
  { stack, release: find, artifacts, rerun }: ExpressSources,
): Promise<ExecutionRecord> {
  const release = await find(run.workflow, run.version);
  if (release?.machine === undefined)
    throw new UsageError(
      `Run ${run.run} has no execution, and its version ${run.version} of ${run.workflow} is recorded without a state machine. "millrace log ${run.run}" shows what it did.`,
    );
  const stateMachineArn = machineArn(Object.values(release.steps)[0]!, stack, run.workflow);
  const request = expressRequest({ run, claims, stateMachineArn, machine: JSON.parse(release.machine) });
  const [history = []] = await rerun([request]);
  const output = await wholeOutput(run, outputIn(history), artifacts);
  return expressRecord({ ...run, output }, request, history);
}

/** Functions and state machines of a stack are in one account and region. */
function machineArn(functionArn: string, stack: string, workflow: string): string {
  const [, partition, , region, account] = functionArn.split(":");
  return `arn:${partition}:states:${region}:${account}:stateMachine:${stateMachineName(stack, workflow)}`;
}

/** What the state machine computes, as JSON. */
function outputIn(history: readonly HistoryEvent[]): string {
  const end = history.find(({ type }) => type === "ExecutionSucceeded");
  return end ? detailsOf(end).output : "null";
}

/** The output of a run: of one that is too large for its item, the text in the bucket, as far as it exists. */
async function wholeOutput({ output }: RunItem, computed: string, artifacts: ExpressSources["artifacts"]) {
  const isStored = isReference(output) && Buffer.byteLength(computed) > STORED_IN_ITEM;
  const stored = isStored ? await readIfThere(artifacts, output[REFERENCE_KEY].uri!) : undefined;
  return stored ? JSON.parse(new TextDecoder().decode(stored)) : output;
}
