import type { FailureRecord } from "../../../lib/contract/failure.ts";
import { isConcurrent } from "../../../lib/contract/groups/group.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import { attemptsOf, attemptsSetting } from "../../../lib/contract/settings/attempts.ts";
import { withinRange } from "../../../lib/contract/settings/setting.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import { mostAttempts } from "../../../lib/contract/work.ts";

/** A step with the number of attempts that its run has recorded, within the step's own range. */
export function asRecorded(spec: StepSpec, { settings }: StepMessage["run"]): StepSpec {
  const { retry, name } = spec;
  const recorded = settings?.values[attemptsOf(name)];
  if (recorded === undefined) return spec;
  const attempts = withinRange(attemptsSetting(retry), recorded) as number;
  return { ...spec, retry: { ...retry, attempts, most: mostAttempts(retry) } };
}

/**
 * A failure whose step has no attempt left is final. The state machine allows the largest number of attempts
 * that the step may have; where the current number is lower, the worker decides. It also decides where steps
 * fail at the same time: the state machine counts only the failure that it learns.
 */
export function lastFailure(
  failure: FailureRecord,
  { attempt, group }: Pick<StepMessage, "attempt" | "group">,
  { retry }: Pick<StepSpec, "retry">,
): FailureRecord {
  const isDecidedHere = retry.attempts < mostAttempts(retry) || (group !== undefined && isConcurrent(group));
  const isLast = isDecidedHere && attempt >= retry.attempts;
  return failure.policy === "retry" && isLast ? { ...failure, policy: "give-up" } : failure;
}
