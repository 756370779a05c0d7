import type { ExecutionRow } from "./persistence.ts";

/** Whether an execution can be redriven, as DescribeExecution says it. */
export function redriveStatus(row: ExecutionRow): {
  redriveStatus: "REDRIVABLE" | "NOT_REDRIVABLE";
  redriveStatusReason?: string;
} {
  if (row.status === "RUNNING" || row.status === "SUCCEEDED") {
    return {
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: `Execution is ${row.status} and cannot be redriven`,
    };
  }
  return { redriveStatus: "REDRIVABLE" };
}
