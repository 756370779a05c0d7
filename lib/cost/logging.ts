import type { Workflow } from "../workflow/workflow.ts";
import type { Assumptions } from "./assumptions.ts";
import { dollarsOf } from "./prices.ts";
import { runCost } from "./run-cost.ts";

/** What a typical run would save if its completed steps were only logged, in dollars; undefined if they are. */
export function loggingGain(
  workflow: Workflow,
  given: Assumptions,
  inside: ReadonlySet<string>,
): number | undefined {
  if (workflow.stepEvents === "logged") return undefined;
  const typical = (of: Workflow) => dollarsOf(runCost(of, given, "typical", { inside }).units);
  return typical(workflow) - typical({ ...workflow, stepEvents: "logged" });
}
