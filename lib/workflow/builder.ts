import {
  type ApprovalMethod,
  approvalMethod,
  type EscalateMethod,
  escalateMethod,
} from "./nodes/approval/method.ts";
import { type ChildMethod, childMethod } from "./nodes/child/method.ts";
import { type MatchMethod, matchMethod } from "./nodes/choice/match.ts";
import { type WhenMethod, whenMethod } from "./nodes/choice/when.ts";
import { type EachMethod, eachMethod } from "./nodes/each/method.ts";
import { type RaceMethod, raceMethod } from "./nodes/race/method.ts";
import { type RepeatMethod, repeatMethod } from "./nodes/repeat/method.ts";
import {
  type SleepMethod,
  type SleepUntilMethod,
  sleepMethod,
  sleepUntilMethod,
} from "./nodes/sleep/method.ts";
import { type StepMethod, stepMethod } from "./nodes/step/method.ts";
import {
  type WaitForMethod,
  type WaitForSignalMethod,
  waitForMethod,
  waitForSignalMethod,
} from "./nodes/wait/method.ts";
import type { Site } from "./site.ts";

/**
 * The functions that describe a workflow. The order of the calls has no meaning: nodes that neither the data
 * flow nor `after` orders run in parallel.
 */
export interface WorkflowBuilder {
  readonly step: StepMethod;
  readonly each: EachMethod;
  readonly repeat: RepeatMethod;
  readonly when: WhenMethod;
  readonly match: MatchMethod;
  readonly race: RaceMethod;
  readonly approval: ApprovalMethod;
  readonly escalate: EscalateMethod;
  readonly waitFor: WaitForMethod;
  readonly waitForSignal: WaitForSignalMethod;
  readonly sleep: SleepMethod;
  readonly sleepUntil: SleepUntilMethod;
  readonly child: ChildMethod;
}

export function openBuilder(site: Site): WorkflowBuilder {
  return {
    step: stepMethod(site),
    each: eachMethod(site),
    repeat: repeatMethod(site),
    when: whenMethod(site),
    match: matchMethod(site),
    race: raceMethod(site),
    approval: approvalMethod(site),
    escalate: escalateMethod(site),
    waitFor: waitForMethod(site),
    waitForSignal: waitForSignalMethod(site),
    sleep: sleepMethod(site),
    sleepUntil: sleepUntilMethod(site),
    child: childMethod(site),
  };
}
