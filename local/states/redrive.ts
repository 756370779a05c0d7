import type { ExecutionRow } from "./storage/executions.ts";

/** An execution can be redriven for so long after it has ended, in milliseconds. */
const REDRIVABLE_FOR = 14 * 24 * 3_600_000;

/** Whether an execution can be redriven, in the form of DescribeExecution. */
export function redriveStatus(
  row: ExecutionRow,
  now: number,
): { redriveStatus: "REDRIVABLE" | "NOT_REDRIVABLE"; redriveStatusReason?: string } {
  if (row.status === "RUNNING" || row.status === "SUCCEEDED") {
    return {
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: `Execution is ${row.status} and cannot be redriven`,
    };
  }
  if (now - (row.stopped ?? now) > REDRIVABLE_FOR) {
    return {
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution exceeded the redrivable period of 14 days",
    };
  }
  return { redriveStatus: "REDRIVABLE" };
}
