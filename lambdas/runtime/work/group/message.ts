import { enteredAt, fenceOf, isOfExpress } from "../../../../lib/contract/fence.ts";
import type { GroupedStep, StepGroup } from "../../../../lib/contract/groups/group.ts";
import { claimKey } from "../../../../lib/contract/keys/claim.ts";
import type { StepMessage } from "../../../../lib/contract/messages/message.ts";
import type { ClaimItem } from "../../../../lib/contract/table.ts";
import { isTakenOver } from "../claim.ts";
import type { WorkPorts } from "../ports.ts";

/** The message of a group. */
export type GroupMessage = StepMessage & { group: StepGroup };

/** Whether a message brings several steps. */
export function isOfGroup(message: StepMessage): message is GroupMessage {
  return message.group !== undefined;
}

/**
 * A retry continues after the completed steps. At the first delivery of the first attempt there are none,
 * unless the run began without an execution.
 */
export function isFirst({ attempt, run, express }: GroupMessage): boolean {
  return attempt <= 1 && (!run.express || express !== undefined);
}

/** The claims of a group's steps, or of those at some positions, in their order. */
export async function claimsOfGroup(
  message: GroupMessage,
  { claims }: { claims: Pick<WorkPorts["claims"], "read" | "find"> },
  positions: readonly number[] = [...message.group.steps.keys()],
): Promise<(ClaimItem | undefined)[]> {
  const { run, group } = message;
  const keys = positions.map((position) => claimKey(run.id, run.epoch, group.steps[position]!.path, "do"));
  return isTakenOver(message) ? await Promise.all(keys.map(claims.find)) : await claims.read(...keys);
}

/** The message that the step would have on its own, without its input. */
export function messageOf(
  message: GroupMessage,
  { step, path, reads, undo, resultLimit }: GroupedStep,
  claim: ClaimItem | undefined,
): StepMessage {
  return {
    ...message,
    step,
    path,
    reads,
    undo,
    resultLimit,
    attempt: attemptOf(message, claim),
    groupAttempt: message.attempt,
  };
}

/**
 * The attempt number of a step. The group's attempts count those of all its steps; the step's own are counted
 * in its claim, from the entry of the state.
 */
function attemptOf({ entered, attempt }: GroupMessage, claim: ClaimItem | undefined): number {
  // Of a run that was handed over: the execution counts that attempt as its own.
  if (claim && isOfExpress(claim.fence)) return claim.attempt;
  if (!claim || enteredAt(claim.fence) !== Date.parse(entered)) return 1;
  const isSame = claim.fence === fenceOf({ entered, attempt });
  return isSame || claim.state !== "failed" ? claim.attempt : claim.attempt + 1;
}
