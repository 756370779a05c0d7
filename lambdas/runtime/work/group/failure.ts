import { TASK_ERROR } from "../../../../lib/contract/failure.ts";
import { errorOfStep, nodeOfStep } from "../../../../lib/contract/groups/group.ts";
import type { StepMessage } from "../../../../lib/contract/messages/message.ts";
import type { Executions } from "../../ports/executions.ts";

/** How one step of a group fails. */
export function failureOf(
  own: Pick<StepMessage, "path">,
  executions: Pick<Executions, "fail">,
): Executions["fail"] {
  return (token, error, cause) => executions.fail(token, errorInGroup(error, own), cause);
}

/** The failures on which the state machine decides for one step carry its name. */
export function errorInGroup(error: string, { path }: Pick<StepMessage, "path">): string {
  return NAMED.has(error) ? errorOfStep(error, nodeOfStep(path)) : error;
}

const NAMED = new Set<string>([TASK_ERROR.retry, TASK_ERROR.ask]);
