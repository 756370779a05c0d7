import { fenceOf } from "../../../lib/contract/fence.ts";
import { type StepGroup, stepsBefore } from "../../../lib/contract/groups/group.ts";
import type { ClaimItem, DeadLetterItem } from "../../../lib/contract/table.ts";
import { failureOf } from "../work/group/failure.ts";
import { claimsOfGroup, type GroupMessage, isOfGroup, messageOf } from "../work/group/message.ts";
import { answerGroup } from "../work/group/walk.ts";
import { fail } from "../work/outcome.ts";
import type { AnswerPorts } from "./ports.ts";
import { stepMessageIn } from "./purpose.ts";

/** `answered` for the message of a group: by the claims of its steps. */
export async function answeredGroup(
  message: GroupMessage,
  ports: AnswerPorts,
): Promise<boolean | { until: number }> {
  const claims = await claimsOfGroup(message, ports);
  const open = openSteps(message.group, claims);
  if (open.length === 0) {
    const results = claims.map((claim) => claim!.result);
    await answerGroup(message, results, ports);
    return true;
  }
  const failed = open.filter((position) => hasFailed(claims[position], message));
  const final = failed.filter((position) => claims[position]!.failure!.policy === "give-up");
  // Without a final failure, another branch may be stuck.
  if (final.length === 0 && failed.length < open.length) {
    const leases = claims.flatMap((claim) => (claim?.state === "running" ? [claim.lease] : []));
    return leases.length > 0 && { until: Math.max(...leases) };
  }
  const asking = failed.filter((position) => claims[position]!.failure!.policy === "ask");
  const [position] = [...asking, ...final, ...failed] as [number];
  const claim = claims[position]!;
  const own = messageOf(message, message.group.steps[position]!, claim);
  const executions = { ...ports.executions, fail: failureOf(own, ports.executions) };
  await fail(own, claim.failure!, { ...ports, executions });
  return true;
}

/** The positions of the steps that are not done, and that nothing keeps from beginning. */
function openSteps(group: StepGroup, claims: readonly (ClaimItem | undefined)[]): number[] {
  const isDone = (position: number) => claims[position]?.state === "done";
  return [...group.steps.keys()].filter(
    (position) => !isDone(position) && stepsBefore(group, position).every(isDone),
  );
}

function hasFailed(claim: ClaimItem | undefined, message: GroupMessage): boolean {
  return claim?.state === "failed" && claim.fence >= fenceOf(message);
}

/**
 * The step at which the dead-lettered message of a group stopped: the first that is not done, and that has
 * not failed. Empty for other messages.
 */
export async function stepInGroup(
  { body, purpose }: DeadLetterItem,
  ports: Pick<AnswerPorts, "claims">,
): Promise<Pick<DeadLetterItem, "step" | "path">> {
  if (purpose !== "step") return {};
  const message = stepMessageIn(body);
  if (!isOfGroup(message) || message.group.steps.length === 0) return {};
  const claims = await claimsOfGroup(message, ports);
  const { steps } = message.group;
  const open = openSteps(message.group, claims);
  const stuck = open.find((position) => !hasFailed(claims[position], message)) ?? open[0];
  const { step, path } = stuck === undefined ? steps.at(-1)! : steps[stuck]!;
  return { step, path };
}
