import type { Machine } from "./definition.ts";
import type { ExecutionRow } from "./storage/executions.ts";

/** An EXPRESS execution lasts five minutes at most. */
const EXPRESS_SECONDS = 300;

/** When an execution that starts or continues now times out: epoch milliseconds; null for never. */
export function deadlineOf(
  type: ExecutionRow["type"],
  { TimeoutSeconds }: Machine,
  now: number,
): number | null {
  const seconds =
    type === "EXPRESS" ? Math.min(TimeoutSeconds ?? EXPRESS_SECONDS, EXPRESS_SECONDS) : TimeoutSeconds;
  return seconds === undefined ? null : now + seconds * 1000;
}
