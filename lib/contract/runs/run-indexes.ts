import { ENDED_STATUSES, isEnded, type RunItem } from "../items/run.ts";
import { foundPartition } from "../keys/index-partitions.ts";
import { readCause } from "./run-failure.ts";

/** How runs are grouped in their index: open runs are one group. */
export const INDEXED_STATUSES = ["open", ...ENDED_STATUSES] as const;
export type IndexedStatus = (typeof INDEXED_STATUSES)[number];

export function indexedStatusOf({ status }: Pick<RunItem, "status">): IndexedStatus {
  return isEnded(status) ? status : "open";
}

/**
 * The index attributes of a run that follow from its status. Written with the status; they change only
 * when the run ends or restarts, so nothing else is written to the index.
 */
export function indexesOf(
  run: Pick<RunItem, "run" | "workflow" | "status" | "failure">,
): Pick<RunItem, "found" | "error" | "failedStep"> {
  const status = indexedStatusOf(run);
  const { error, step } = status === "open" ? NO_FAILURE : failureOf(run.failure);
  return { found: foundPartition(run.workflow, status, run.run), error, failedStep: step };
}

const NO_FAILURE = { error: undefined, step: undefined };

/** The longest error name that is searchable. */
const LONGEST_ERROR = 200;

/** A worker's failure is a record of the step and the thrown error; others only have a name. */
function failureOf(failure: RunItem["failure"]): { error: string | undefined; step: string | undefined } {
  if (!failure) return NO_FAILURE;
  const { name, step } = readCause(failure.cause);
  const error = (name ?? failure.error).slice(0, LONGEST_ERROR);
  return { error: error === "" ? undefined : error, step };
}
