import { whyNotExpress } from "../workflow/express.ts";
import { plan } from "../workflow/plan.ts";
import type { Workflow } from "../workflow/workflow.ts";
import type { Assumptions } from "./assumptions.ts";
import { dollarsOf } from "./prices.ts";
import { runCost } from "./run-cost.ts";

/** What a typical run would save without an execution, in dollars; undefined if it has none, or needs one. */
export function expressGain(
  workflow: Workflow,
  given: Assumptions,
  inside: ReadonlySet<string>,
): number | undefined {
  if (workflow.express || whyNotExpress(plan(workflow)) !== undefined) return undefined;
  const typical = (express: boolean) =>
    dollarsOf(runCost(workflow, given, "typical", { inside, express }).units);
  return typical(false) - typical(true);
}
