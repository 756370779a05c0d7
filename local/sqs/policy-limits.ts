import { TEMPLATE_LIMITS } from "../../aws-limits/template-limits.ts";
import { overLimit } from "./errors.ts";

const { queuePolicyBytes, queuePolicyStatements, queuePolicyActions } = TEMPLATE_LIMITS;

/** Throws OverLimit for a queue's policy that SQS would not take, in the service's words. */
export function checkPolicySize(text: string, policy: Record<string, unknown>): void {
  if (Buffer.byteLength(text) > queuePolicyBytes.most)
    throw overLimit("Submitted policy is over max allowed size.");
  const statements = [policy.Statement].flat() as { Action?: string | string[] }[];
  if (statements.length > queuePolicyStatements.most) {
    throw overLimit(
      `${statements.length} statements were found in the submitted policy, max allowed is ${queuePolicyStatements.most}`,
    );
  }
  for (const { Action } of statements) {
    const actions = [Action ?? []].flat().length;
    if (actions <= queuePolicyActions.most) continue;
    throw overLimit(
      `${actions} actions were found in a statement from the submitted policy, max allowed is ${queuePolicyActions.most}`,
    );
  }
}
