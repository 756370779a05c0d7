import { executionName, runId } from "../../../lib/contract/keys.ts";
import type { CallChild, RunReference } from "../../../lib/contract/message.ts";
import type { WaitKey } from "../../../lib/contract/table.ts";

/** Where the waits on a node of this run meet its signal. */
export function signalKey({ id, epoch }: RunReference, path: string): WaitKey {
  return { event: "signal", key: `${executionName(id, epoch)}#${path}` };
}

/** Where a call meets the end of the run that was called. */
export function endKey(child: string): WaitKey {
  return { event: "run.ended", key: child };
}

/** The run that a call asks for: the same for every delivery, another in each epoch of the caller. */
export function childId({ run, workflow, path }: CallChild, epoch = run.epoch): string {
  return runId(workflow, "child", `${run.id}#${epoch}#${path}`);
}
