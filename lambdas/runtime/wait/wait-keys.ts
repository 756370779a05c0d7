import type { RunReference } from "../../../lib/contract/messages/message.ts";
import type { CallChild } from "../../../lib/contract/messages/wait-message.ts";
import { executionName } from "../../../lib/contract/runs/execution-name.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import type { WaitKey } from "../../../lib/contract/table.ts";

/** The wait key of a node of this run and its signal. */
export function signalKey({ id, epoch }: RunReference, path: string): WaitKey {
  return { event: "signal", key: `${executionName(id, epoch)}#${path}` };
}

/** The wait key of a call and the end of the called run. */
export function endKey(child: string): WaitKey {
  return { event: "run.ended", key: child };
}

/** The run that a call requests: the same for every delivery, different in each epoch of the caller. */
export function childId({ run, workflow, path }: CallChild, epoch = run.epoch): string {
  return runId(workflow, "child", `${run.id}#${epoch}#${path}`);
}
