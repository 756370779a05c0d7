import { type ApprovalMethod, approvalMethod } from "./nodes/approval.ts";
import { type EachMethod, eachMethod } from "./nodes/each.ts";
import { type StepMethod, stepMethod } from "./nodes/step.ts";
import { type WhenMethod, whenMethod } from "./nodes/when.ts";
import type { Site } from "./site.ts";

/**
 * What a workflow is described with. The order of the calls means nothing: what neither the data flow nor `after`
 * orders runs at once.
 */
export interface WorkflowBuilder {
  readonly step: StepMethod;
  readonly each: EachMethod;
  readonly when: WhenMethod;
  readonly approval: ApprovalMethod;
}

export function openBuilder(site: Site): WorkflowBuilder {
  return {
    step: stepMethod(site),
    each: eachMethod(site),
    when: whenMethod(site),
    approval: approvalMethod(site),
  };
}
