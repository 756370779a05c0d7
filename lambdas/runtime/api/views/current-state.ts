import { enteredAt } from "../../../../lib/contract/fence.ts";
import type { LogValue } from "../../../../lib/contract/log/logged-state.ts";
import { questionFields } from "../../../../lib/contract/question-fields.ts";
import {
  ORDERS,
  type QuestionState,
  type RunState,
  type StepState,
} from "../../../../lib/contract/runs/run-state.ts";
import type { ApprovalItem, ClaimItem, RunItem } from "../../../../lib/contract/table.ts";
import type { RunDetails } from "../../ports/readers.ts";

/**
 * The current state of a run, from its items, which are slightly ahead of the log and contain values of any
 * size. Details that only the log has, such as earlier attempts and waits, come from the log.
 */
export function currentState(
  { run, claims, approvals }: RunDetails,
  logged: RunState | undefined,
  now: string,
): RunState {
  const { workflow, version, key, parent, acceptedAt, event, budget } = run;
  return {
    run: run.run,
    epoch: run.epoch,
    workflow,
    status: run.status,
    asOf: now,
    begun: { workflow, version, key, parent, acceptedAt, event },
    execution: run.execution,
    startedAt: logged?.startedAt,
    endedAt: run.endedAt,
    output: run.output === undefined ? undefined : { value: run.output },
    failure: run.failure,
    paused: run.paused,
    stuck: run.stuck,
    compensation: run.compensation,
    spent: budget?.spent,
    actions: logged?.actions ?? actionsOf(run),
    steps: merged(claims.map(stepOf), logged?.steps ?? []),
    questions: approvals.map(questionOf),
    waits: logged?.waits ?? [],
    races: logged?.races ?? [],
  };
}

/** A released claim has no state; the log's record of it stays. */
function merged(steps: readonly StepState[], logged: readonly StepState[]): StepState[] {
  const known = new Map(logged.map((step) => [placeOf(step), step]));
  const current = steps.map((step) => {
    const earlier = known.get(placeOf(step));
    known.delete(placeOf(step));
    if (!earlier) return step;
    const { state, attempts, deferral } = earlier;
    return step.state === "waiting" ? { ...step, state, attempts, deferral } : { ...step, attempts };
  });
  return [...current, ...known.values()];
}

function placeOf({ epoch, path, direction }: StepState): string {
  return `${epoch}#${path}#${direction}`;
}

function stepOf(claim: ClaimItem): StepState {
  const { epoch, path, workflow, step, direction, attempt, startedAt, endedAt, reusedFrom } = claim;
  const { failure, result, givenUp } = claim;
  return {
    epoch,
    path,
    workflow,
    step,
    direction,
    attempt,
    startedAt,
    endedAt,
    reusedFrom,
    failure,
    givenUp,
    result: keptOf(result),
    // A released claim lacks the state.
    state: (claim.state as ClaimItem["state"] | undefined) ?? "waiting",
    deferral: undefined,
    // An effect that an earlier epoch completed was not requested in this one.
    ...(reusedFrom === undefined && { queuedAt: new Date(enteredAt(claim.fence)).toISOString() }),
    attempts: [{ attempt, startedAt, endedAt, failure }],
  };
}

function questionOf(item: ApprovalItem): QuestionState {
  const { epoch, path, show } = item;
  return { epoch, path, ...questionFields(item), show: { value: show } };
}

function keptOf(value: unknown): LogValue | undefined {
  return value === undefined ? undefined : { value };
}

function actionsOf(run: RunItem): RunState["actions"] {
  return ORDERS.flatMap(([attribute, action]) => (run[attribute] ? [{ action, ...run[attribute] }] : []));
}
