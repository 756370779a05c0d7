import { type FailureRecord, TASK_ERROR, withoutStack } from "../../../lib/contract/failure.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import type { WorkPorts } from "./ports.ts";
import { refitted } from "./result.ts";

/** The outcome of a message. */
export type WorkOutcome =
  /** The token was answered, or no state waits for it any more: the message can be deleted. */
  | { kind: "reported"; answer: "success" | "failure"; delivered: boolean }
  /** Deferred: the message can be deleted. `due` in epoch milliseconds. */
  | { kind: "deferred"; why: string; due: number | undefined }
  /**
   * Of a run without an execution: one takes over at `at` (epoch milliseconds), and the message can be
   * deleted.
   */
  | { kind: "handed over"; why: string; at: number }
  /** Deliver again at `at` (epoch milliseconds). */
  | { kind: "later"; at: number; why: string }
  /** The message can be deleted without an answer. */
  | { kind: "dropped"; why: string };

type ReportPorts = Pick<WorkPorts, "executions" | "log"> & Partial<Pick<WorkPorts, "artifacts">>;

export async function succeed(
  message: StepMessage,
  result: unknown,
  ports: ReportPorts,
): Promise<WorkOutcome> {
  const { artifacts } = ports;
  const fitted = artifacts ? await refitted(result, message, artifacts) : { fits: true as const, result };
  if (!fitted.fits) return await fail(message, fitted.failure, ports);
  const delivery = await ports.executions.succeed(message.taskToken, JSON.stringify(fitted.result ?? null));
  return reported("success", delivery, ports);
}

/** Answers with a failure. Its class decides what happens next. */
export async function fail(
  { taskToken, step, path, attempt }: StepMessage,
  failure: FailureRecord,
  ports: ReportPorts,
): Promise<WorkOutcome> {
  const cause = JSON.stringify({ step, path, attempt, ...withoutStack(failure) });
  const error = TASK_ERROR[failure.policy];
  return reported("failure", await ports.executions.fail(taskToken, error, cause), ports);
}

function reported(
  answer: "success" | "failure",
  delivery: "delivered" | "gone",
  { log }: ReportPorts,
): WorkOutcome {
  if (delivery === "gone")
    log.info("The answer is no longer awaited: the state ended, or another delivery answered.");
  return { kind: "reported", answer, delivered: delivery === "delivered" };
}
