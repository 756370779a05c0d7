import type { StepMessage } from "../../../lib/contract/message.ts";
import type { DeadLetterItem } from "../../../lib/contract/table.ts";
import { fenceOf } from "../work/claim.ts";
import {
  answerGroup,
  claimsOfGroup,
  failureOf,
  type GroupMessage,
  isOfGroup,
  messageOf,
} from "../work/group/walk.ts";
import { fail } from "../work/outcome.ts";
import type { AnswerPorts } from "./ports.ts";
import { fieldsOf, parsed } from "./purpose.ts";

/** `answered` for the message of a group: by the claims of its steps. */
export async function answeredGroup(
  message: GroupMessage,
  ports: AnswerPorts,
): Promise<boolean | { until: number }> {
  const claims = await claimsOfGroup(message, ports);
  const running = claims.find((claim) => claim?.state === "running");
  if (running) return { until: running.lease };
  const position = claims.findIndex((claim) => claim?.state !== "done");
  if (position === -1) {
    const results = claims.map((claim) => claim!.result);
    await answerGroup(message, results, ports);
    return true;
  }
  const claim = claims[position];
  if (claim?.state !== "failed" || claim.fence < fenceOf(message)) return false;
  const own = messageOf(message, message.group.steps[position]!, claim);
  const executions = { ...ports.executions, fail: failureOf(own, ports.executions) };
  await fail(own, claim.failure!, { ...ports, executions });
  return true;
}

/**
 * The step at which the dead-lettered message of a group stopped: the first that is not done. Empty for other
 * messages.
 */
export async function stepInGroup(
  { body, purpose }: DeadLetterItem,
  ports: Pick<AnswerPorts, "claims">,
): Promise<Pick<DeadLetterItem, "step" | "path">> {
  const message = fieldsOf(parsed(body)) as unknown as StepMessage;
  if (purpose !== "step" || !isOfGroup(message)) return {};
  const claims = await claimsOfGroup(message, ports);
  const { steps } = message.group;
  const { step, path } = steps.find((_, position) => claims[position]?.state !== "done") ?? steps.at(-1)!;
  return { step, path };
}
