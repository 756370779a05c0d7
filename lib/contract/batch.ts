import { milliseconds } from "./duration.ts";
import { isWhole } from "./whole-number.ts";
import type { WorkOptions } from "./work.ts";

/** More would lose much when one of them crashes the function. */
export const LARGEST_BATCH = 100;
/** The largest batch that Lambda invokes a function with as soon as a message is there; for a larger one, messages wait. */
export const LARGEST_WITHOUT_WAIT = 10;
/** Few enough that the others lose little when one of them crashes the function. */
const LIGHT_BATCH = 5;
const LIGHT_TIMEOUT = milliseconds("30 seconds");

/** Whether a number of messages can be that of an invocation. */
export function isBatch(batch: number): boolean {
  return isWhole(batch, 1, LARGEST_BATCH);
}

/**
 * The default number of messages of a step per invocation. Several only for a quick step that declares
 * nothing for which its attempts need resources of their own: concurrency, memory, files, or an effect that
 * must not be in doubt.
 */
export function batchOf(
  name: string,
  step: Pick<WorkOptions, "timeout" | "concurrency" | "memory" | "artifacts" | "shared" | "onLeaseExpiry">,
): number {
  const { timeout, concurrency, memory, artifacts, shared, onLeaseExpiry } = step;
  const declares = [concurrency, memory, artifacts, shared].some((option) => option !== undefined);
  const isQuick = milliseconds(timeout, `The timeout of step "${name}"`) <= LIGHT_TIMEOUT;
  return isQuick && !declares && onLeaseExpiry !== "ask" ? LIGHT_BATCH : 1;
}
