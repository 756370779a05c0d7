/** One value of a metric. */
export interface Measure {
  name: "RunsStarted" | "RunsEnded" | "RunsFailed" | "StepDuration" | "BudgetExceeded";
  unit: "count" | "milliseconds";
  value: number;
  dimensions: Record<string, string>;
}
