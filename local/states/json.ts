import { DATA_LIMITS } from "../../aws-limits/data-limits.ts";
import { StatesError } from "./failure.ts";

/** What a state may be given, answer or keep in a variable, in bytes of UTF-8. */
export const DATA_LIMIT = DATA_LIMITS.stateData.most;

export function exceedsLimit(text: string): boolean {
  // A character is at most three bytes: short texts need no count.
  return text.length * 3 > DATA_LIMIT && Buffer.byteLength(text) > DATA_LIMIT;
}

/** The text of a value that a state or task answers. Throws States.DataLimitExceeded where it is too large. */
export function serialize(value: unknown, what: string): string {
  const text = JSON.stringify(value) ?? "null";
  if (exceedsLimit(text)) {
    throw new StatesError(
      "States.DataLimitExceeded",
      `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
  return text;
}
