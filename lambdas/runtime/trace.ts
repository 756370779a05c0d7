import { readTraceparent, traceparentOfHeader } from "../../lib/contract/trace.ts";

/**
 * The trace that this invocation of a function is recorded in. Undefined where it is recorded in none: every function has a
 * trace id, and those that X-Ray does not record would keep whatever follows on them from being recorded, too.
 */
export function recordedTrace(header = process.env._X_AMZN_TRACE_ID): string | undefined {
  const traceparent = traceparentOfHeader(header);
  return readTraceparent(traceparent)?.sampled ? traceparent : undefined;
}
