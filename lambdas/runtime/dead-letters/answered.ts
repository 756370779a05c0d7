import { fenceOf } from "../../../lib/contract/fence.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import type { DeadLetterItem } from "../../../lib/contract/table.ts";
import { isOfGroup } from "../work/group/message.ts";
import { fail, succeed } from "../work/outcome.ts";
import { answeredGroup } from "./group.ts";
import type { AnswerPorts } from "./ports.ts";
import { stepMessageIn } from "./purpose.ts";

/**
 * Answers the state that waits for a dead-lettered message of a step, if the step's claim has the answer. A
 * duplicate can become a dead letter although its effect is done, and then no run is stuck. `until`: a worker
 * holds the claim until then (epoch milliseconds), and may still answer itself.
 */
export async function answered(
  { body, purpose, run, epoch, path }: DeadLetterItem,
  ports: AnswerPorts,
): Promise<boolean | { until: number }> {
  if (purpose !== "step" || run === undefined || epoch === undefined || path === undefined) return false;
  const message = stepMessageIn(body);
  if (isOfGroup(message)) return await answeredGroup(message, ports);
  const [claim] = await ports.claims.read(
    claimKey(run, epoch, path, message.direction === "undo" ? "undo" : "do"),
  );
  if (claim?.state === "running") return { until: claim.lease };
  if (claim?.state === "done") await succeed(message, claim.result, ports);
  else if (claim?.state === "failed" && claim.fence >= fenceOf(message))
    await fail(message, claim.failure!, ports);
  else return false;
  return true;
}
