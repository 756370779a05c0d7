import { DATA_LIMITS } from "../../../../aws-limits/data-limits.ts";
import { giveUp, toFailure } from "../../../../lib/contract/failure.ts";
import type { StepMessage } from "../../../../lib/contract/messages/message.ts";
import { bytesOf } from "../../payload/parts.ts";
import type { Invocation } from "../effect.ts";
import { fail, succeed, type WorkOutcome } from "../outcome.ts";
import type { WorkPorts } from "../ports.ts";
import { answerOf } from "./fill.ts";
import type { GroupMessage } from "./message.ts";
import { type WorkerOf, walkSteps } from "./walk-steps.ts";

/** Step Functions' limit for an answer. */
export const LONGEST_ANSWER = DATA_LIMITS.stateData.most;

/**
 * Runs the steps of a group. The message is answered when all are done, or when one fails. Anything else that
 * stops a step also keeps the message: it is delivered again, deferred or dropped, as the message of that
 * step alone would be, and continues with the steps that are not done. `sent`: as for `walkSteps`.
 */
export async function walkGroup(
  message: GroupMessage,
  workerOf: WorkerOf,
  invocation: Invocation,
  ports: WorkPorts,
  sent?: StepMessage,
): Promise<WorkOutcome> {
  const walked = await walkSteps(message, workerOf, invocation, ports, undefined, sent);
  return "results" in walked ? await answerGroup(message, walked.results, ports) : walked;
}

/** Answers the group's token with the results that the state machine reads. */
export async function answerGroup(
  message: GroupMessage,
  results: readonly unknown[],
  ports: Pick<WorkPorts, "executions" | "log">,
): Promise<WorkOutcome> {
  const answer = answerOf(message.group, results);
  const bytes = bytesOf(answer);
  if (bytes <= LONGEST_ANSWER) return await succeed(message, answer, ports);
  const failure = giveUp(
    `The results of ${message.group.steps.map(({ path }) => path).join(", ")} have ${bytes} bytes together that the state machine reads; the maximum is ${LONGEST_ANSWER}. Set apart: true for one of them.`,
    { name: "ResultTooLarge" },
  );
  return await fail(message, toFailure(failure), ports);
}
