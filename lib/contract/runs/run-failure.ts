import type { FailureRecord } from "../failure.ts";

/** Why a run failed, in words. */
export interface RunFailure {
  /** One line: "fetch-customer failed after 3 attempts: TypeError: … (workflows/shop/fetch-customer.lambda.ts:5)". */
  summary: string;
  /** Name of the error: "TypeError", or "Millrace.WaitTimedOut". */
  error: string;
  message: string;
  /** Of the step that failed. */
  path?: string;
  step?: string;
  attempts?: number;
  /** Where its code threw: "workflows/shop/fetch-customer.lambda.ts:5:45". */
  location?: string;
}

/** What a worker reports as the cause of a failed task, as JSON. */
type FailureCause = Omit<FailureRecord, "stack" | "code"> & {
  step: string;
  path: string;
  attempt: number;
};

/** Describes the failure of a run. The cause is a worker's record, or a text for people. */
export function describeFailure({ error, cause }: { error: string; cause: string }): RunFailure {
  const record = readCause(cause);
  const { name, message, path, step, attempt: attempts, location } = record;
  if (message === undefined) {
    const text = cause.trim();
    // Millrace's own causes are sentences that repeat the name.
    const summary = text === "" ? error : error.startsWith("Millrace.") ? text : `${error}: ${text}`;
    return { summary, error, message: text };
  }
  const about = { error: name ?? error, message, path, step, attempts, location };
  return { summary: summaryOf(about), ...known(about) };
}

/** One line for the failure of a step. */
export function summaryOf({
  error,
  message,
  path,
  attempts = 1,
  location,
}: Omit<RunFailure, "summary">): string {
  const times = attempts > 1 ? ` after ${attempts} attempts` : "";
  const who = path ? `${path} failed${times}: ` : "";
  const where = location === undefined ? "" : ` (${location.replace(/:\d+$/, "")})`;
  // The message of a validation error may have several lines.
  return `${who}${error}: ${message.split("\n", 1)[0]}${where}`;
}

/** A worker's record; empty if the cause is a text. */
export function readCause(cause: string): Partial<FailureCause> {
  try {
    const record: unknown = JSON.parse(cause);
    if (typeof record !== "object" || record === null) return {};
    const { name, message, path, step, location, attempt } = record as Record<string, unknown>;
    const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
    return {
      ...known({ name: text(name), path: text(path), step: text(step), location: text(location) }),
      ...(typeof message === "string" && { message }),
      ...(typeof attempt === "number" && { attempt }),
    };
  } catch {
    return {};
  }
}

function known<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}
