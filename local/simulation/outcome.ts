import type { FunctionFailure, Outcome } from "../lambda/runner.ts";

type Failure = Extract<Outcome, { kind: "failure" }>;

/** What a handler's value becomes on its way out. */
export function answerOf(value: unknown): Outcome {
  try {
    return { kind: "answer", payload: JSON.stringify(value === undefined ? null : value) ?? "null" };
  } catch {
    return runtimeFailure("JSONStringifyError", "Unable to stringify response body");
  }
}

export const failureOf = (error: unknown): Failure => ({ kind: "failure", error: shapeOf(error) });

export const runtimeFailure = (type: string, errorMessage: string): Failure => ({
  kind: "failure",
  error: { errorType: `Runtime.${type}`, errorMessage, trace: [] },
});

export const exitOf = (status: number): Extract<Outcome, { kind: "exit" }> => ({
  kind: "exit",
  errorType: "Runtime.ExitError",
  reason:
    status === 0
      ? "Runtime exited without providing a reason"
      : `Runtime exited with error: exit status ${status}`,
});

/** Traces hold paths and lines of this process: they are left to the log. */
function shapeOf(error: unknown): FunctionFailure {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: String(error.stack).split("\n"),
  };
}
