import { type ClaimItem, isEnded, type RunItem } from "../../../lib/contract/table.ts";
import type { Measure } from "../ports/measure.ts";

/** The metrics of a change of a run. */
export function measuresOfRun(before: RunItem | undefined, { workflow, status, epoch }: RunItem): Measure[] {
  if (before?.status === status && before.epoch === epoch) return [];
  if (status === "running") return [count("RunsStarted", { workflow })];
  if (!isEnded(status)) return [];
  const ended = count("RunsEnded", { workflow, status });
  if (status === "terminated") return [ended];
  // 1 or 0 for each run that ended without an operator's request: the average is the failure rate.
  return [ended, count("RunsFailed", { workflow }, status === "succeeded" ? 0 : 1)];
}

/** The metrics of a change of a claim of a step. */
export function measuresOfClaim(before: ClaimItem | undefined, after: ClaimItem): Measure[] {
  if (after.handled) return [];
  const { workflow, step, state, direction, startedAt, endedAt, reusedFrom, failure } = after;
  if (before?.state === state) return [];
  if (state === "failed" && failure?.name === "BudgetExceeded")
    return [count("BudgetExceeded", { workflow })];
  if (state !== "done" || direction === "undo" || reusedFrom !== undefined || !endedAt) return [];
  const value = Date.parse(endedAt) - Date.parse(startedAt);
  return [{ name: "StepDuration", unit: "milliseconds", value, dimensions: { workflow, step } }];
}

function count(name: Measure["name"], dimensions: Measure["dimensions"], value = 1): Measure {
  return { name, unit: "count", value, dimensions };
}
